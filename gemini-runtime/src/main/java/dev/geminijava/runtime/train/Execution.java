package dev.geminijava.runtime.train;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Memory;
import dev.geminijava.runtime.exec.Landings;
import dev.geminijava.runtime.exec.Profile;
import dev.geminijava.runtime.exec.Program;
import dev.geminijava.runtime.exec.Step;
import dev.geminijava.runtime.mesh.DeviceMesh;
import dev.geminijava.runtime.parameter.PlacedStore;
import dev.geminijava.runtime.parameter.Placements;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.trace.Trace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How one model runs on its mesh: where it is cut, into how many micro-batches its batches are
 * divided, and what has been measured to decide that.
 *
 * <pre>
 *   first batch    every candidate cut is noted and timed, stages run one after the other
 *                  ─▶ boundaries
 *   later batches  stages run in parallel
 * </pre>
 */
final class Execution {

  private static final long TRACED_EVENTS = 1_000_000;

  private final Model model;
  private final Block block;
  private final GeminiConfig config;
  private final DeviceMesh asked;
  private final PlacedStore store;
  private final Placements placements;
  private final Landings landings;
  private final Trace trace;
  private final Report report;
  private final Map<Boolean, Divisibility> divisibilities = new HashMap<>();
  private Profile profile = new Profile();
  private final int callerThreads;

  private DeviceMesh mesh;
  private int[] boundaries;
  private boolean measuredInTraining;
  private int microBatches;
  private int optimizerStates;

  Execution(Model model, GeminiConfig wanted) {
    this.model = model;
    block = model.getBlock();
    Meshes meshes = Meshes.choose(wanted, block);
    config = wanted.within(meshes.memory());
    asked = meshes.mesh();
    mesh = asked;
    if (!config.boundaries().isEmpty()) {
      boundaries = config.boundaries().stream().mapToInt(Integer::intValue).toArray();
    } else if (asked.pipe() == 1) {
      boundaries = new int[0];
    }
    placements = new Placements(model.getNDManager());
    store = new PlacedStore(model.getNDManager(), placements);
    landings = new Landings(model.getNDManager());
    trace = config.trace().isPresent() ? Trace.keeping(TRACED_EVENTS) : Trace.summing();
    report = new Report(model.getName(), config, trace);
    if (config.sequenceParallel() && asked.shard() == 1) {
      report.once(
          "--sequence-parallel has no effect: no layer is shared out among ranks"
              + " (--sharding-size=2, for example, would do so)");
    }
    callerThreads = JniUtils.getNumThreads();
  }

  Block block() {
    return block;
  }

  DeviceMesh mesh() {
    return mesh;
  }

  /** True if the program itself would do the same: one rank, where the model is. */
  boolean isPlain() {
    return mesh.size() == 1
        && config.precision() != Precision.BF16
        && (mesh.isShared()
            || mesh.memory(0, 0).equals(Memory.of(model.getNDManager().getDevice())));
  }

  PlacedStore store() {
    return store;
  }

  private int[] boundaries() {
    return boundaries == null ? new int[0] : boundaries.clone();
  }

  /** Runs the model for its outputs only. */
  NDList infer(NDList data) {
    Forward forward = forward(data, null, false, null);
    NDList outputs = forward.outputs();
    forward.close();
    return outputs;
  }

  /**
   * Runs the model forward over the mesh, and backward too if a loss is given.
   *
   * @param data the inputs of the whole batch
   * @param labels the labels, or null
   * @param training what the model's layers are told
   * @param loss a loss to take inside the last stage, or null
   */
  Forward forward(NDList data, NDList labels, boolean training, Loss loss) {
    if (!block.isInitialized()) {
      // As DJL does at the first forward, but once and not on every rank.
      block.initialize(store.getManager(), model.getDataType(), data.getShapes());
    }
    Program program =
        labels == null
            ? (d, l) -> block.forward(store, d, training)
            : (d, l) -> block.forward(store, d, l, null);
    boolean differentiate = JniUtils.isGradMode();
    NDManager manager = data.head().getManager();
    Divisibility divisibility = divisibility(program, data, labels, loss, training, manager);
    BatchSplit split = divisibility.split(data, labels);
    boolean record =
        asked.size() > 1
            && config.boundaries().isEmpty()
            && (boundaries == null || differentiate && !measuredInTraining);
    if (record) {
      profile = new Profile();
    }
    DeviceMesh now = record ? asked.unpiped() : mesh;
    Step step =
        new Step(
            now,
            config.sequenceParallel(),
            config.precision(),
            record ? new int[0] : boundaries,
            differentiate,
            record,
            profile,
            program,
            differentiate ? loss : null,
            split.batch(),
            manager,
            landings,
            trace,
            report::once);
    Forward forward = new Forward(step, data, split, divisibility.axes(), record, this);
    try {
      List<NDList> inputs = forward.divideInputs();
      List<NDList> labelParts = labels == null ? null : split.divide(labels, 0);
      for (int i = 0; i < split.count(); i++) {
        step.add(split.sizes()[i], inputs.get(i), labelParts == null ? null : labelParts.get(i));
      }
      if (differentiate && loss != null) {
        step.run(schedule(now.pipe(), split.count()));
      } else {
        step.forward();
      }
      if (training) {
        step.commitBuffers();
      }
      forward.collect(manager);
      if (!record && microBatches == 0) {
        started(step);
      }
      if (record && (!differentiate || loss != null)) {
        measured(step);
      }
      return forward;
    } catch (RuntimeException | Error e) {
      step.close();
      throw e;
    } finally {
      // Workers set libtorch's number of threads, which new threads inherit.
      JniUtils.setNumThreads(callerThreads);
    }
  }

  private Schedule schedule(int stages, int microBatches) {
    return config.schedule().orElse(ScheduleType.ONE_F_ONE_B).schedule(stages, microBatches);
  }

  /** Decides, once a recorded batch is done, where the model is cut. */
  void measured(Step step) {
    profile.measure(step);
    measuredInTraining = step.differentiates();
    int count = step.microBatches().size();
    if (asked.pipe() > 1) {
      boundaries = Partition.boundaries(config, asked, profile, count, this::stateBytes);
      mesh = asked.staged(boundaries.length + 1);
      placements.move(parameter -> mesh.memories(profile.stageOf(parameter, boundaries)));
    }
    if (asked.pipe() > 1 || microBatches == 0) {
      started(step);
    }
  }

  private void started(Step step) {
    microBatches = step.microBatches().size();
    report.plan(
        mesh,
        microBatches,
        schedule(step),
        boundaries,
        profile,
        store.used(),
        placements,
        this::stateBytes);
  }

  // Without a loss inside the last stage, all forwards run first.
  private Schedule schedule(Step step) {
    if (!step.differentiates()) {
      return Schedule.forward(mesh.pipe(), microBatches);
    }
    return step.takesLoss()
        ? schedule(mesh.pipe(), microBatches)
        : Schedule.gpipe(mesh.pipe(), microBatches);
  }

  private Divisibility divisibility(
      Program program, NDList data, NDList labels, Loss loss, boolean training, NDManager manager) {
    int wanted = asked.pipe() == 1 ? 1 : config.microBatches().orElse(4 * asked.pipe());
    if (wanted == 1) {
      return Divisibility.WHOLE;
    }
    Divisibility known = divisibilities.get(training);
    if (known == null) {
      known =
          Divisibility.examine(
              program,
              data,
              labels,
              loss,
              training,
              wanted,
              config.microBatches().isPresent(),
              boundaries == null ? asked.unpiped() : mesh,
              boundaries(),
              manager,
              report);
      if (known != Divisibility.UNDECIDED) {
        divisibilities.put(training, known);
      }
    }
    return known;
  }

  /** Notes what the optimizer keeps, and refuses a model that fits nowhere. */
  void prepareTraining(int optimizerStates) {
    this.optimizerStates = optimizerStates;
    report.checkMemory(mesh, block.getParameters().values(), this::stateBytes);
  }

  private long stateBytes(Parameter parameter) {
    return Partition.stateBytes(parameter, placements, optimizerStates);
  }

  /** Writes what was traced and says what each device did. */
  void close() {
    report.summary(
        mesh,
        boundaries(),
        schedule(mesh.pipe(), Math.max(1, microBatches)),
        profile,
        store.used(),
        this::stateBytes,
        p -> p.getArray().size() / placements.parts(p));
  }
}
