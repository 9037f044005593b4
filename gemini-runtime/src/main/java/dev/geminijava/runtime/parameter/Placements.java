package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import dev.geminijava.runtime.device.Memory;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;

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
  private final Map<Parameter, Holding> holdings = new IdentityHashMap<>();

  /** Creates the placements of one model; the pieces live in the manager. */
  public Placements(NDManager manager) {
    this.manager = manager;
  }

  /**
   * The pieces of a parameter on some devices, made on first use; it may be split in several ways.
   *
   * @param memories where each rank's piece is needed, in rank order
   */
  public synchronized NDArray[] pieces(
      Parameter parameter, Split.Along split, List<Memory> memories) {
    return isShared(memories)
        ? held(parameter, split, memories, full -> Windows.of(full, split, manager))
        : residents(parameter, split, memories);
  }

  /** A parameter that every rank holds all of, on some devices, made on first use. */
  public synchronized NDArray[] whole(Parameter parameter, List<Memory> memories) {
    if (isShared(memories)) {
      NDArray[] same = new NDArray[memories.size()];
      java.util.Arrays.fill(same, read(parameter));
      return same;
    }
    return residents(parameter, new Split.Whole(), memories);
  }

  private NDArray[] residents(Parameter parameter, Split split, List<Memory> memories) {
    return held(parameter, split, memories, full -> Residents.of(full, split, memories, manager));
  }

  private static boolean isShared(List<Memory> memories) {
    return memories.stream().allMatch(Memory.HOST::equals);
  }

  // Outside the lane that asks: to a lane, every array is where its stage is.
  private NDArray[] held(
      Parameter parameter, Split split, List<Memory> memories, Function<NDArray, Pieces> maker) {
    return Lane.outside(() -> heldOutside(parameter, split, memories, maker));
  }

  private NDArray[] heldOutside(
      Parameter parameter, Split split, List<Memory> memories, Function<NDArray, Pieces> maker) {
    NDArray full = read(parameter);
    Holding holding = current(parameter, full);
    for (Pieces one : holding.pieces) {
      if (one.split().equals(split) && isAt(one, memories)) {
        holding.bringUpToDate(one);
        return one.arrays();
      }
    }
    holding.publish();
    Pieces made = maker.apply(full);
    holding.pieces.add(made);
    synchronized (OWNERS) {
      OWNERS
          .computeIfAbsent(parameter, p -> Collections.newSetFromMap(new WeakHashMap<>()))
          .add(this);
    }
    return made.arrays();
  }

  private static boolean isAt(Pieces pieces, List<Memory> memories) {
    return !(pieces instanceof Residents residents) || residents.memories().equals(memories);
  }

  /** The pieces of a parameter's array as it is now; the first are those that are updated. */
  private Holding current(Parameter parameter, NDArray full) {
    Holding holding = holdings.computeIfAbsent(parameter, p -> new Holding());
    holding.pieces.removeIf(one -> one.full() != full || one.isClosed());
    holding.pieces.replaceAll(
        one -> {
          if (!one.isStale()) {
            return one;
          }
          one.gather();
          return again(one, full);
        });
    holding.pieces.forEach(Pieces::follow);
    return holding;
  }

  private Pieces again(Pieces one, NDArray full) {
    return one instanceof Residents residents
        ? Residents.of(full, one.split(), residents.memories(), manager)
        : Windows.of(full, (Split.Along) one.split(), manager);
  }

  /**
   * Follows the model to other devices: what was held where the costs of a first batch were
   * measured moves to where its stage is.
   *
   * @param stage where each parameter is used first
   */
  public synchronized void move(Function<Parameter, List<Memory>> stage) {
    holdings.forEach(
        (parameter, holding) -> {
          NDArray full = read(parameter);
          if (!holding.pieces.isEmpty() && holding.pieces.get(0) instanceof Residents first) {
            holding.publish();
            holding.pieces.forEach(Pieces::gather);
            holding.pieces.forEach(
                one -> java.util.Arrays.stream(one.arrays()).forEach(NDArray::close));
            holding.pieces.clear();
            holding.pieces.add(Residents.of(full, first.split(), stage.apply(parameter), manager));
          }
        });
  }

  /** All arrays that may have collected a parameter's gradient. */
  public synchronized List<NDArray> leaves(Parameter parameter) {
    NDArray full = read(parameter);
    List<NDArray> leaves = new ArrayList<>(List.of(full));
    current(parameter, full).pieces.forEach(one -> leaves.addAll(List.of(one.arrays())));
    return leaves;
  }

  /**
   * The arrays that an optimizer must update for a parameter, with all of its gradient: its pieces,
   * or the array itself. To be updated before this is called again.
   */
  public synchronized List<NDArray> owned(Parameter parameter) {
    NDArray full = read(parameter);
    Holding holding = current(parameter, full);
    if (holding.pieces.isEmpty()) {
      return List.of(full);
    }
    Pieces first = holding.pieces.get(0);
    holding.bringUpToDate(first);
    holding.pieces.subList(1, holding.pieces.size()).forEach(Pieces::gather);
    first.scatter();
    holding.updated();
    Set<NDArray> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    return java.util.Arrays.stream(first.arrays()).filter(distinct::add).toList();
  }

  /** How many ranks hold different parts of a parameter: 1 if it is replicated. */
  public synchronized int parts(Parameter parameter) {
    Holding holding = holdings.get(parameter);
    return holding == null
            || holding.pieces.isEmpty()
            || holding.pieces.get(0).split() instanceof Split.Whole
        ? 1
        : holding.pieces.get(0).arrays().length;
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
    for (Placements owner : owners(parameter)) {
      synchronized (owner) {
        Holding holding = owner.current(parameter, read(parameter));
        holding.publish();
        holding.pieces.forEach(Pieces::gather);
        holding.shown();
      }
    }
  }

  private static List<Placements> owners(Parameter parameter) {
    synchronized (OWNERS) {
      return List.copyOf(OWNERS.getOrDefault(parameter, Set.of()));
    }
  }

  /** Writes the values of a parameter's pieces into its array, at which a forward pass looks. */
  public static void publish(Parameter parameter) {
    for (Placements owner : owners(parameter)) {
      synchronized (owner) {
        Lane.outside(
            () -> {
              owner.current(parameter, read(parameter)).publish();
              return null;
            });
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
