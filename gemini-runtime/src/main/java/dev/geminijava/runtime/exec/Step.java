package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Event;
import dev.geminijava.runtime.mesh.DeviceMesh;
import dev.geminijava.runtime.schedule.Action;
import dev.geminijava.runtime.schedule.Kind;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleValidator;
import dev.geminijava.runtime.trace.Span;
import dev.geminijava.runtime.trace.Trace;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One batch on the mesh: runs a schedule's actions, one worker per stage.
 *
 * <pre>
 *   worker of stage s:  for each action: wait for its input, run it, tell the others
 *     F m   resumes micro-batch m's lanes and waits until they reach the next cut
 *     B m   runs backward through the segments that m has in this stage, one thread per rank
 * </pre>
 *
 * <p>One monitor guards all progress. The first failure ends the step: every waiter wakes and
 * leaves, and the caller gets the original exception.
 */
public final class Step implements AutoCloseable {

  final Progress progress = new Progress();
  final DeviceMesh mesh;
  final boolean training;
  final boolean recording;
  final Loss loss;
  final Program program;
  final Profile profile;
  final long batchSize;
  final Transport transport;

  /** True if all ranks' arrays are where the program's own are. */
  final boolean isShared;

  final boolean sharesSums;
  final Precision precision;

  private final int[] boundaries;
  private final Trace trace;
  private final Consumer<String> notes;
  private final NDManager base;
  private final List<MicroBatch> microBatches = new ArrayList<>();
  private boolean trial;
  volatile boolean draws;

  /**
   * Prepares a batch.
   *
   * @param mesh the devices
   * @param sharesSums whether sums over the ranks may stay shared out among them
   * @param precision how exactly matrices are multiplied
   * @param boundaries the candidate cuts that end the first, second, … stage
   * @param training whether to collect gradients
   * @param profile where to note costs; if recording, every candidate gets a segment of its own
   * @param loss a loss to take per micro-batch in the last stage, or null
   * @param base what the step makes lives in here
   * @param landings where values arrive in other memories
   * @param notes where to say what the user should know
   */
  public Step(
      DeviceMesh mesh,
      boolean sharesSums,
      Precision precision,
      int[] boundaries,
      boolean training,
      boolean recording,
      Profile profile,
      Program program,
      Loss loss,
      long batchSize,
      NDManager base,
      Landings landings,
      Trace trace,
      Consumer<String> notes) {
    this.mesh = mesh;
    this.sharesSums = sharesSums;
    this.precision = precision;
    this.boundaries = boundaries.clone();
    this.training = training;
    this.recording = recording;
    this.profile = profile;
    this.program = program;
    this.loss = loss;
    this.batchSize = batchSize;
    this.base = base.newSubManager();
    this.trace = trace;
    transport = new Transport(mesh.memories(), landings, trace);
    isShared = mesh.isShared();
    this.notes = notes;
  }

  /** A forward pass without gradients and without dropout, to see what the model does. */
  public static Step trial(
      DeviceMesh mesh,
      int[] boundaries,
      Profile profile,
      Program program,
      long batchSize,
      NDManager base,
      Landings landings,
      Trace trace) {
    Step step =
        new Step(
            mesh,
            false,
            Precision.FP32,
            boundaries,
            false,
            false,
            profile,
            program,
            null,
            batchSize,
            base,
            landings,
            trace,
            note -> {});
    step.trial = true;
    return step;
  }

  /** True if gradients are collected. */
  public boolean differentiates() {
    return training;
  }

  /** True if the loss is taken inside the last stage. */
  public boolean takesLoss() {
    return loss != null;
  }

  /** True if a trial run met a forward pass that draws random numbers itself. */
  public boolean draws() {
    return draws;
  }

  /** True if random layers are to leave their inputs alone. */
  boolean isTrial() {
    return trial;
  }

  /** Adds a micro-batch. */
  public void add(long size, NDList data, NDList labels) {
    data.attach(base);
    NDScope.unregister(data);
    if (labels != null) {
      labels.attach(base);
      NDScope.unregister(labels);
    }
    microBatches.add(new MicroBatch(this, microBatches.size(), size, data, labels, base));
  }

  /** Where this step's slices and results live. */
  public NDManager manager() {
    return base;
  }

  /** The micro-batches in order. */
  public List<MicroBatch> microBatches() {
    return microBatches;
  }

  /** Runs every forward action; the graphs stay for {@link #backward}. */
  public void forward() {
    run(only(Schedule.gpipe(mesh.pipe(), microBatches.size()), Kind.F));
  }

  /** Runs every backward action, seeded by what the micro-batches' exits were given. */
  public void backward() {
    run(only(Schedule.gpipe(mesh.pipe(), microBatches.size()), Kind.B));
  }

  /** Runs a whole schedule; needs a loss inside. */
  public void run(Schedule schedule) {
    ScheduleValidator.require(schedule);
    List<List<Action>> actions = new ArrayList<>();
    for (int s = 0; s < mesh.pipe(); s++) {
      actions.add(schedule.actions(s));
    }
    run(actions);
  }

  private List<List<Action>> only(Schedule schedule, Kind kind) {
    List<List<Action>> actions = new ArrayList<>();
    for (int s = 0; s < mesh.pipe(); s++) {
      actions.add(schedule.actions(s).stream().filter(a -> a.kind() == kind).toList());
    }
    return actions;
  }

  private void run(List<List<Action>> actions) {
    for (int s = 0; s < actions.size(); s++) {
      int stage = s;
      fork(() -> work(stage, actions.get(stage)), stage);
    }
    progress.join();
  }

  private void work(int stage, List<Action> actions) {
    JniUtils.setNumThreads(mesh.threadsPerRank());
    for (Action action : actions) {
      MicroBatch microBatch = microBatches.get(action.microBatch());
      switch (action.kind()) {
        case F -> forward(stage, microBatch);
        case B -> backward(stage, microBatch);
      }
    }
    if (!recording && actions.stream().anyMatch(action -> action.kind() == Kind.B)) {
      weightGradients(stage);
    }
  }

  private void weightGradients(int stage) {
    Event begin = mark(stage);
    List<Runnable> ranks = new ArrayList<>();
    for (int r = 0; r < mesh.shard(); r++) {
      List<LinearCall> calls = new ArrayList<>();
      for (MicroBatch microBatch : microBatches) {
        calls.addAll(microBatch.lanes.get(r).tape.takeLinearCalls(stage));
      }
      ranks.add(() -> LinearCall.finish(calls));
    }
    if (ranks.size() == 1) {
      ranks.get(0).run();
    } else {
      Tasks.all(ranks, ranks.size(), mesh.threadsPerRank());
    }
    trace.record(Span.Kind.WEIGHTS, "", stage, 0, Span.NO_MICRO_BATCH, begin, mark(stage), 0);
  }

  private void forward(int stage, MicroBatch microBatch) {
    Event begin;
    synchronized (progress) {
      progress.await(() -> microBatch.forwarded >= stage);
      begin = mark(stage);
      microBatch.granted = stage;
      progress.notifyAll();
    }
    if (stage == 0) {
      for (Lane lane : microBatch.lanes) {
        fork(lane, 0);
      }
      if (microBatch.index + 1 < microBatches.size()) {
        microBatches.get(microBatch.index + 1).fetch();
      }
    }
    synchronized (progress) {
      progress.await(() -> microBatch.forwarded > stage);
    }
    trace.record(stage, Kind.F, microBatch.index, begin, mark(stage), 0);
  }

  /** A mark behind what the first rank of a stage, which stands for all, was given to compute. */
  private Event mark(int stage) {
    return transport.mark(mesh.memory(stage, 0));
  }

  private void backward(int stage, MicroBatch microBatch) {
    synchronized (progress) {
      progress.await(() -> microBatch.backwarded == stage + 1);
    }
    Event begin = mark(stage);
    for (int r = 1; r < mesh.shard(); r++) {
      Lane lane = microBatch.lanes.get(r);
      fork(() -> backward(stage, microBatch, lane), stage);
    }
    backward(stage, microBatch, microBatch.lanes.get(0));
    synchronized (progress) {
      microBatch.backwarded = stage;
      progress.notifyAll();
    }
    Event end = mark(stage);
    microBatch.release(stage);
    trace.record(stage, Kind.B, microBatch.index, begin, end, 0);
  }

  private void backward(int stage, MicroBatch microBatch, Lane lane) {
    JniUtils.setNumThreads(mesh.threadsPerRank());
    try {
      lane.tape.backward(stage);
    } catch (RuntimeException e) {
      fail(e, stage, microBatch.index, lane.rank);
      throw e;
    }
    // The last meeting: no rank may release what another still reads.
    microBatch.returning.meet(lane.rank, "end of backward in stage " + stage);
  }

  boolean isBoundary(int stage, int candidate) {
    checkFailure();
    return stage < boundaries.length && boundaries[stage] == candidate;
  }

  void handOver(Lane lane, int stage, int candidate) {
    MicroBatch microBatch = lane.microBatch;
    microBatch.meeting.meet(lane.rank, "cut " + candidate);
    synchronized (progress) {
      arrive(microBatch, stage + 1);
      progress.await(() -> microBatch.granted > stage);
    }
  }

  void finish(Lane lane) {
    lane.microBatch.meeting.meet(lane.rank, "the end of the forward pass");
    synchronized (progress) {
      // A path that passes fewer cuts than planned leaves the later stages nothing to do.
      arrive(lane.microBatch, mesh.pipe());
    }
  }

  private void arrive(MicroBatch microBatch, int forwarded) {
    if (++microBatch.arrived == mesh.shard()) {
      microBatch.arrived = 0;
      microBatch.forwarded = forwarded;
      progress.notifyAll();
    }
  }

  /** Notes that a rank took part in a collective. */
  void met(String what, int stage, int rank, int microBatch, Event begin, long bytes) {
    Event end = transport.mark(mesh.memory(stage, rank));
    trace.record(Span.Kind.COLLECTIVE, what, stage, rank, microBatch, begin, end, bytes);
  }

  /** Says something that the user should know. */
  void note(String text) {
    notes.accept(text);
  }

  void checkFailure() {
    progress.checkFailure();
  }

  void fail(Throwable thrown, int stage, int microBatch, int rank) {
    if (!(thrown instanceof Failure.Cancelled)) {
      progress.fail(Failure.located(thrown, stage, microBatch, rank, mesh, microBatches.size()));
    }
  }

  private void fork(Runnable task, int stage) {
    progress.fork(task, thrown -> fail(thrown, stage, -1, 0));
  }

  /**
   * The buffers that the forward pass updated (such as running statistics): the mean over the
   * micro-batches, weighted by their sizes.
   */
  public Map<Parameter, NDArray> buffers() {
    Map<Parameter, NDArray> means = new IdentityHashMap<>();
    for (Parameter parameter : microBatches.get(0).buffers().keySet()) {
      NDArray sum = null;
      for (MicroBatch microBatch : microBatches) {
        NDArray buffer =
            microBatch.buffers().containsKey(parameter)
                ? microBatch.updated(parameter)
                : parameter.getArray();
        NDArray here = buffer.toDevice(parameter.getArray().getDevice(), false);
        NDArray share = here.mul((double) microBatch.size() / batchSize);
        sum = sum == null ? share : sum.add(share);
      }
      means.put(parameter, sum);
    }
    return means;
  }

  /** Writes the buffers back into their parameters, once per batch. */
  public void commitBuffers() {
    buffers().forEach((parameter, mean) -> parameter.getArray().muli(0).addi(mean));
  }

  @Override
  public void close() {
    microBatches.forEach(MicroBatch::close);
    base.close();
    transport.close();
  }
}
