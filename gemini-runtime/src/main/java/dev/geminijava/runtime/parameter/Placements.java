package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Which parameters of a model are held in pieces. A parameter is split when a layer that owns it is
 * first called through a shard group.
 *
 * <p>A parameter's gradient is always the sum of its pieces' gradients, put together, and of the
 * full array's: one part of the program may use the pieces and another the whole.
 */
public final class Placements {

  // Parameters compare by identity, so the weak map is an identity map. Models may share blocks.
  private static final Map<Parameter, Set<Placements>> OWNERS = new WeakHashMap<>();

  private final NDManager manager;
  private final Map<Parameter, List<Pieces>> pieces = new IdentityHashMap<>();

  /** Creates the placements of one model; the pieces live in the manager. */
  public Placements(NDManager manager) {
    this.manager = manager;
  }

  /** The pieces of a parameter, made on first use; it may be split in several ways. */
  public synchronized NDArray[] pieces(Parameter parameter, Split.Along split) {
    NDArray full = read(parameter);
    List<Pieces> known = current(parameter, full);
    for (Pieces one : known) {
      if (one.split().equals(split)) {
        return one.arrays();
      }
    }
    Pieces made = Lane.outside(() -> Pieces.of(full, split, manager));
    known.add(made);
    synchronized (OWNERS) {
      OWNERS
          .computeIfAbsent(parameter, p -> Collections.newSetFromMap(new WeakHashMap<>()))
          .add(this);
    }
    return made.arrays();
  }

  /** The pieces of a parameter's array as it is now; the first are those that are updated. */
  private List<Pieces> current(Parameter parameter, NDArray full) {
    List<Pieces> known = pieces.computeIfAbsent(parameter, p -> new ArrayList<>());
    known.removeIf(one -> one.full() != full || one.isClosed());
    known.replaceAll(
        one -> {
          if (!one.isStale()) {
            return one;
          }
          one.gather();
          return Lane.outside(() -> Pieces.of(full, one.split(), manager));
        });
    known.forEach(Pieces::follow);
    return known;
  }

  /** The arrays that an optimizer must update for a parameter: its pieces, or the array itself. */
  public synchronized List<NDArray> owned(Parameter parameter) {
    NDArray full = read(parameter);
    List<Pieces> known = current(parameter, full);
    if (known.isEmpty()) {
      return List.of(full);
    }
    known.subList(1, known.size()).forEach(Pieces::gather);
    known.get(0).scatter();
    return List.of(known.get(0).arrays());
  }

  /** How many ranks hold different parts of a parameter: 1 if it is replicated. */
  public synchronized int parts(Parameter parameter) {
    List<Pieces> known = pieces.getOrDefault(parameter, List.of());
    return known.isEmpty() ? 1 : known.get(0).arrays().length;
  }

  /** True for statistics that a forward pass in training writes, such as BatchNorm's. */
  public boolean isUpdatedInForward(Parameter parameter) {
    if (parameter.requiresGradient()) {
      return false;
    }
    return switch (parameter.getType()) {
      case RUNNING_MEAN, RUNNING_VAR, OTHER -> true;
      default -> false;
    };
  }

  /** Puts the gradient of a split parameter together before the program looks at its array. */
  public static void gather(Parameter parameter) {
    List<Placements> owners;
    synchronized (OWNERS) {
      owners = List.copyOf(OWNERS.getOrDefault(parameter, Set.of()));
    }
    for (Placements owner : owners) {
      synchronized (owner) {
        owner.current(parameter, read(parameter)).forEach(Pieces::gather);
      }
    }
  }

  private static final ThreadLocal<Boolean> READING = ThreadLocal.withInitial(() -> false);

  /** True while the runtime itself reads a parameter's array. */
  public static boolean isReading() {
    return READING.get();
  }

  /** A parameter's array, without putting its gradient together. */
  static NDArray read(Parameter parameter) {
    READING.set(true);
    try {
      return parameter.getArray();
    } finally {
      READING.set(false);
    }
  }
}
