package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.geminijava.runtime.device.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** One lane's way back through its segments, and to the other ranks for the collectives'. */
final class BackwardPass {

  private final Step step;
  private final MicroBatch microBatch;
  private final int rank;
  private final Peers peers;

  BackwardPass(Step step, MicroBatch microBatch, int rank, Peers peers) {
    this.step = step;
    this.microBatch = microBatch;
    this.rank = rank;
    this.peers = peers;
  }

  /** Runs backward through a segment, all later ones of its stage being done. */
  void run(Segment segment) {
    step.checkFailure();
    segment.collectives.sort(Comparator.comparingInt(Collective::order).reversed());
    for (Collective collective : segment.collectives) {
      Event begin = step.transport.mark(segment.memory);
      Returning ranks = new Returning(segment);
      if (step.mesh.memories(segment.stage).stream().distinct().count() == 1) {
        collective.takeSharedGradient(ranks);
      } else {
        collective.takeGradient(ranks, rank);
      }
      NDArray gradient = collective.export().seed();
      if (gradient != null) {
        String what = collective.adjoint().what();
        // A rank takes no more of what another shows than goes into its own result.
        long most = (step.mesh.shard() - 1) * Arrays.bytes(gradient);
        long bytes = Math.min(ranks.received, most);
        step.met(what, segment.stage, rank, microBatch.index, begin, bytes);
      }
    }
    segment.backwardBegin = step.transport.mark(segment.memory);
    NDList values = new NDList();
    NDList seeds = new NDList();
    for (Export export : segment.exports) {
      NDArray seed = export.seed();
      if (seed != null) {
        values.add(export.value);
        seeds.add(brought(seed, export, segment));
      }
    }
    Backward.run(values, seeds);
    if (step.recording) {
      // Timed with the candidate that they belong to.
      LinearCall.finish(segment.linearCalls);
      segment.linearCalls.clear();
    }
    segment.exports.forEach(Export::close);
    segment.exports.clear();
    segment.imports.clear();
    segment.backwardReady = step.transport.mark(segment.memory);
  }

  /** A gradient, in the memory of the segment whose value it belongs to. */
  private NDArray brought(NDArray seed, Export export, Segment segment) {
    Segment target = export.target;
    if (target == null) {
      // The program's own, if the value left the model.
      return seed.getDevice().equals(segment.memory.device())
          ? seed
          : Transport.copy(seed, segment.memory, segment.manager);
    }
    if (target.memory.equals(segment.memory)) {
      return seed;
    }
    seed.attach(segment.manager);
    return step.transport
        .send(
            seed,
            new Transport.Place(
                target.memory, target.backwardReady, target.stage, rank, microBatch.index),
            segment.memory,
            segment.manager)
        .here(microBatch.departures(segment.stage));
  }

  /** The way to the other ranks of a segment's stage, backward. */
  private final class Returning implements Collective.Ranks {

    private final Segment segment;
    private long received;

    Returning(Segment segment) {
      this.segment = segment;
    }

    @Override
    public List<Shown> show(String what, NDArray mine) {
      return microBatch.returning.meet(
          rank, what, peers.show(mine, segment), ArrayList<Shown>::new);
    }

    @Override
    public NDArray see(Shown shown) {
      if (shown.place().rank() != rank) {
        received += Arrays.bytes(shown.array());
      }
      return peers.see(shown, peers.show(null, segment)).array();
    }

    @Override
    public NDArray combine(String what, NDArray mine, Function<List<Shown>, NDArray> combine) {
      record Combined(NDArray array, long bytes) {}
      Combined combined =
          microBatch.returning.meet(
              rank,
              what,
              peers.show(mine, segment),
              all -> new Combined(combine.apply(all), all.stream().mapToLong(Shown::bytes).sum()));
      received = combined.bytes() - (mine == null ? 0 : Arrays.bytes(mine));
      return combined.array();
    }
  }
}
