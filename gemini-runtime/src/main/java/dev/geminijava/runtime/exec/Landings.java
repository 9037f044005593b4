package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.geminijava.runtime.device.Event;
import dev.geminijava.runtime.device.Memory;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Memory in which copies arrive, step after step. Memory that is new to a copy may still be used by
 * all that its device has been given to compute, so the copy would wait for that and hide behind
 * nothing; what an earlier step let go of is free, or soon will be.
 */
public final class Landings {

  private final NDManager manager;
  private final Map<Memory, NDManager> managers = new HashMap<>();
  private final Map<Size, Queue<Landing>> idle = new HashMap<>();

  /** Landings of a model, in its manager. */
  public Landings(NDManager manager) {
    this.manager = manager;
  }

  /** What a landing has room for. */
  record Size(Memory memory, DataType type, long elements) {}

  /**
   * Memory for one copy.
   *
   * @param array all of it, as a vector
   * @param free the mark behind its last use
   */
  record Landing(Size size, NDArray array, Event free) {}

  /** Memory that an earlier step used, if there is some of a size. */
  synchronized Optional<Landing> again(Size size) {
    Queue<Landing> some = idle.get(size);
    return some == null ? Optional.empty() : Optional.ofNullable(some.poll());
  }

  /** Memory that no step has used. */
  synchronized NDArray create(Size size) {
    return Lane.outside(
        () -> {
          NDArray array =
              managers
                  .computeIfAbsent(size.memory(), memory -> manager.newSubManager(memory.device()))
                  .create(new Shape(size.elements()), size.type());
          NDScope.unregister(array);
          return array;
        });
  }

  /** Takes what a step used, for the next; what it could have used and did not is released. */
  synchronized void give(Collection<Landing> used) {
    idle.values().forEach(some -> some.forEach(landing -> landing.array().close()));
    idle.clear();
    used.forEach(
        landing -> idle.computeIfAbsent(landing.size(), s -> new ArrayDeque<>()).add(landing));
  }
}
