package dev.geminijava.cli.plan;

import dev.geminijava.cli.plan.Prediction.Communication;
import dev.geminijava.cli.plan.Prediction.Layer;
import dev.geminijava.cli.plan.Prediction.Memory;
import dev.geminijava.cli.plan.Prediction.Stage;
import dev.geminijava.cli.plan.Prediction.Subject;
import dev.geminijava.passes.shard.search.Collective;
import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.schedule.InfeasiblePartitionException;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleSimulator;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.schedule.StageCost;
import dev.geminijava.runtime.schedule.StagePartition;
import dev.geminijava.runtime.schedule.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Foretells a training step from what each layer has to do. A layer takes as long as the slower of
 * its operations and its bytes; backward takes twice its forward, for the gradients of the input
 * and of the weight. Stages are cut as the run cuts them, and the schedule is simulated.
 */
public final class Predict {

  private final List<Work> works;
  private final Subject subject;
  private final PlanFile plan;
  private final Speeds speeds;
  private final OptionalLong limit;
  private final long[] outputs;

  private Predict(
      List<Work> works, Subject subject, PlanFile plan, Speeds speeds, OptionalLong limit) {
    this.works = works;
    this.subject = subject;
    this.plan = plan;
    this.speeds = speeds;
    this.limit = limit;
    outputs = works.stream().mapToLong(Work::outputBytes).toArray();
  }

  /**
   * The prediction for a plan.
   *
   * @param works what the model does, in the order of execution; their numbers are their places
   * @param plan the plan; where it has no boundaries the stages are balanced
   * @param limit what each device may hold
   * @throws InfeasiblePartitionException if the model has too few places to cut
   */
  public static Prediction of(
      List<Work> works,
      Subject subject,
      PlanFile plan,
      Speeds speeds,
      OptionalLong limit,
      List<String> notes) {
    return new Predict(works, subject, plan, speeds, limit).prediction(notes);
  }

  private Prediction prediction(List<String> notes) {
    Candidates candidates = new Candidates(works, this::cost, outputs, plan.microBatches());
    List<String> said = new ArrayList<>(notes);
    StagePartition partition = partition(candidates, said);
    int[] ends = candidates.ends(partition.boundaries());
    List<StageCost> costs = partition.stages().stream().map(this::run).toList();
    List<Timeline> timelines =
        Stream.concat(
                Stream.of(plan.schedule()),
                Arrays.stream(ScheduleType.values()).filter(type -> type != plan.schedule()))
            .map(type -> type.schedule(ends.length, plan.microBatches()))
            .map(schedule -> ScheduleSimulator.simulate(schedule, costs))
            .toList();
    List<Layer> layers = layers(ends);
    List<Stage> stages = stages(ends, costs, timelines.get(0).schedule());
    List<Communication> communication = communication(ends);
    double update = stages.stream().mapToDouble(s -> update(s.memory())).max().orElse(0);
    double sends =
        communication.stream()
            .filter(c -> c.kind().startsWith("send"))
            .mapToDouble(c -> c.seconds() / c.times())
            .sum();
    return new Prediction(
        subject,
        plan,
        Candidates.names(works),
        partition.boundaries(),
        layers,
        stages,
        communication,
        timelines,
        speeds,
        limit,
        oneDevice(),
        timelines.get(0).makespan() + sends + update,
        said);
  }

  /** A stage's cost when it runs as one of several devices. */
  private StageCost run(StageCost layers) {
    boolean alone = plan.pipelineDegree() * plan.shardingSize() == 1;
    return new StageCost(
        layers.forwardSeconds() + (alone ? 0 : speeds.action()),
        layers.backwardSeconds(),
        layers.activationBytes(),
        layers.parameterBytes());
  }

  /** A plan that fits nowhere is shown, too: one sees how much is missing, and where. */
  private StagePartition partition(Candidates candidates, List<String> notes) {
    try {
      return candidates.partition(plan, limit);
    } catch (InfeasiblePartitionException e) {
      StagePartition unlimited = candidates.partition(plan, OptionalLong.empty());
      notes.add(e.getMessage());
      return unlimited;
    }
  }

  private List<Layer> layers(int[] ends) {
    List<Layer> layers = new ArrayList<>();
    int stage = 0;
    for (int i = 0; i < works.size(); i++) {
      while (i >= ends[stage]) {
        stage++;
      }
      Work work = works.get(i);
      Times times = times(work, parts(work), plan.microBatches());
      layers.add(new Layer(work, stage, times.forward(), times.backward()));
    }
    return layers;
  }

  /** Into how many pieces a layer's work is divided. */
  private int parts(Work work) {
    return work.split() == Split.WHOLE ? 1 : plan.shardingSize();
  }

  private record Times(double forward, double backward) {}

  private Times times(Work work, int parts, int microBatches) {
    // Weights are read once for every micro-batch; inputs and outputs are divided among them.
    double values = (double) (inputBytes(work) + work.outputBytes()) / microBatches;
    double flops = work.flops() / parts / microBatches;
    double bytes = (values + work.parameterBytes()) / parts;
    return new Times(speeds.forward(flops, bytes), speeds.backward(flops, bytes));
  }

  private long inputBytes(Work work) {
    return work.inputs().stream().mapToLong(input -> outputs[input]).sum();
  }

  /** One rank's cost of a layer, the collectives around it included. */
  private StageCost cost(Work work) {
    int parts = parts(work);
    Times times = times(work, parts, plan.microBatches());
    Memory memory = memory(work);
    return new StageCost(
        times.forward() + collective(work, true),
        times.backward() + collective(work, false),
        work.outputBytes() / (work.split() == Split.GATHERED ? 1 : parts) / plan.microBatches(),
        memory.parameters() + memory.gradients() + memory.optimizer());
  }

  /** What ranks do together after a layer, or on the way back through it; empty for nothing. */
  private Optional<Collective> kind(Work work, boolean forward) {
    if (plan.shardingSize() == 1) {
      return Optional.empty();
    }
    return switch (work.split()) {
      case ROW -> Optional.of(Collective.ALL_REDUCE);
      case GATHERED -> Optional.of(forward ? Collective.ALL_GATHER : Collective.REDUCE_SCATTER);
      case WHOLE, COLUMN, BETWEEN -> Optional.empty();
    };
  }

  /** What it takes for a micro-batch. */
  private double collective(Work work, boolean forward) {
    return kind(work, forward)
        .map(kind -> speeds.send(sent(kind, work.outputBytes() / plan.microBatches())))
        .orElse(0.0);
  }

  /** What each rank sends. */
  private double sent(Collective kind, long bytes) {
    return Math.round(kind.bytes((double) bytes, plan.shardingSize()));
  }

  private Memory memory(Work work) {
    long parameters = work.parameterBytes() / parts(work);
    long learnt = work.trainable() ? parameters : 0;
    return new Memory(parameters, learnt, learnt * subject.optimizerStates(), 0);
  }

  private List<Stage> stages(int[] ends, List<StageCost> costs, Schedule schedule) {
    List<Stage> stages = new ArrayList<>();
    int start = 0;
    for (int s = 0; s < ends.length; s++) {
      List<Work> here = works.subList(start, ends[s]);
      List<Memory> memories = here.stream().map(this::memory).toList();
      Memory memory =
          new Memory(
              memories.stream().mapToLong(Memory::parameters).sum(),
              memories.stream().mapToLong(Memory::gradients).sum(),
              memories.stream().mapToLong(Memory::optimizer).sum(),
              costs.get(s).activationBytes() * schedule.peakLive(s));
      double flops = here.stream().mapToDouble(Work::flops).sum();
      long parameters = here.stream().mapToLong(Work::parameters).sum();
      stages.add(new Stage(start, ends[s] - 1, costs.get(s), flops, parameters, memory));
      start = ends[s];
    }
    return stages;
  }

  private List<Communication> communication(int[] ends) {
    List<Communication> all = new ArrayList<>();
    int start = 0;
    for (int s = 0; s < ends.length; s++) {
      for (boolean forward : new boolean[] {true, false}) {
        for (Collective kind : Collective.values()) {
          List<Work> works =
              this.works.subList(start, ends[s]).stream()
                  .filter(w -> kind(w, forward).filter(kind::equals).isPresent())
                  .toList();
          if (!works.isEmpty()) {
            all.add(collectives(s, forward, kind, works));
          }
        }
      }
      start = ends[s];
    }
    for (int s = 0; s + 1 < ends.length; s++) {
      int cut = ends[s];
      long bytes = Candidates.crossing(works, outputs, cut);
      double seconds = plan.microBatches() * speeds.send((double) bytes / plan.microBatches());
      String forward = "stage " + s + " → " + (s + 1) + ", values";
      String backward = "stage " + (s + 1) + " → " + s + ", gradients";
      all.add(new Communication("send", forward, plan.microBatches(), bytes, seconds));
      all.add(new Communication("send", backward, plan.microBatches(), bytes, seconds));
    }
    return all;
  }

  private Communication collectives(
      int stage, boolean forward, Collective kind, List<Work> together) {
    int ranks = plan.shardingSize();
    int m = plan.microBatches();
    double bytes = together.stream().mapToDouble(w -> sent(kind, w.outputBytes())).sum();
    double seconds = together.stream().mapToDouble(w -> m * collective(w, forward)).sum();
    String where =
        "the %d ranks of stage %d, %s".formatted(ranks, stage, forward ? "forward" : "backward");
    return new Communication(
        kind.label(), where, m * together.size(), Math.round(bytes * ranks), seconds);
  }

  /** The optimizer reads and writes all that it keeps. */
  private double update(Memory memory) {
    return speeds.move(2.0 * memory.parameters() + memory.gradients() + 2.0 * memory.optimizer());
  }

  private double oneDevice() {
    double compute =
        works.stream().map(w -> times(w, 1, 1)).mapToDouble(t -> t.forward() + t.backward()).sum();
    long parameters = works.stream().mapToLong(Work::parameterBytes).sum();
    long learnt = works.stream().filter(Work::trainable).mapToLong(Work::parameterBytes).sum();
    return compute + update(new Memory(parameters, learnt, learnt * subject.optimizerStates(), 0));
  }
}
