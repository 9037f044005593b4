package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import dev.geminijava.runtime.device.Event;

/** The other ranks of a stage, as the lane of one of them meets them. */
final class Peers {

  private final Step step;
  private final MicroBatch microBatch;
  private final int rank;

  Peers(Step step, MicroBatch microBatch, int rank) {
    this.step = step;
    this.microBatch = microBatch;
    this.rank = rank;
  }

  /** What this rank shows to the others. */
  Shown show(NDArray array, Segment segment) {
    Event ready = step.transport.mark(segment.memory);
    return new Shown(
        array,
        new Transport.Place(segment.memory, ready, segment.stage, rank, microBatch.index),
        segment.manager);
  }

  /** Something else that is computed where a rank showed something. */
  Shown again(Shown first, NDArray array) {
    Transport.Place place = first.place();
    Event ready = step.transport.mark(place.memory());
    return new Shown(
        array,
        new Transport.Place(place.memory(), ready, place.stage(), place.rank(), place.microBatch()),
        first.manager());
  }

  /** What a rank showed, in the memory of another. */
  Shown see(Shown shown, Shown there) {
    NDArray seen =
        shown.memory().equals(there.memory())
            ? Arrays.alias(shown.array(), there.manager())
            : step.transport.bring(
                shown.array(),
                shown.place(),
                there.memory(),
                there.manager(),
                microBatch.departures(shown.place().stage()));
    return new Shown(seen, there.place(), there.manager());
  }
}
