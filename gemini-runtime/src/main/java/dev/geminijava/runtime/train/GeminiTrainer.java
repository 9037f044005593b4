package dev.geminijava.runtime.train;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.loss.HingeLoss;
import ai.djl.training.loss.L1Loss;
import ai.djl.training.loss.L2Loss;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SigmoidBinaryCrossEntropyLoss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A DJL trainer whose forward, backward and optimizer steps run over a mesh of devices. */
public final class GeminiTrainer extends Trainer {

  // Losses that are means over all elements: the batch's loss is the size-weighted mean of its
  // micro-batches' losses. Any other loss sees the whole batch.
  private static final Set<Class<? extends Loss>> MEANS =
      Set.of(
          SoftmaxCrossEntropyLoss.class,
          SigmoidBinaryCrossEntropyLoss.class,
          L1Loss.class,
          L2Loss.class,
          HingeLoss.class);

  private final Execution execution;
  private final Update update;
  private final List<Forward> open = new ArrayList<>();
  private boolean collecting;
  private boolean lossFollows;
  private boolean finished;
  private boolean gradientsChecked;

  GeminiTrainer(Model model, TrainingConfig config, Execution execution) {
    super(model, config);
    this.execution = execution;
    update = new Update(execution, config.getOptimizer(), getManager());
  }

  @Override
  public void initialize(Shape... shapes) {
    super.initialize(shapes);
    for (Parameter parameter : execution.block().getParameters().values()) {
      execution.store().getValue(parameter, getDevices()[0], true);
    }
    execution.prepareTraining(update.statesPerParameter());
  }

  @Override
  public GradientCollector newGradientCollector() {
    GradientCollector collector = new GeminiCollector(super.newGradientCollector(), this);
    collecting = true;
    return collector;
  }

  /** Marks that the next forward's gradient is asked for only of this trainer's loss. */
  public void lossFollows() {
    lossFollows = true;
  }

  @Override
  public NDList forward(NDList input) {
    return forward(input, null, null);
  }

  @Override
  public NDList forward(NDList data, NDList labels) {
    Loss loss =
        lossFollows && collecting && open.isEmpty() && MEANS.contains(getLoss().getClass())
            ? getLoss()
            : null;
    lossFollows = false;
    return forward(data, labels, loss);
  }

  private NDList forward(NDList data, NDList labels, Loss loss) {
    long begin = System.nanoTime();
    try {
      Forward forward = execution.forward(data, labels, true, loss);
      if (collecting && loss == null) {
        open.add(forward);
      } else {
        forward.close();
        finished = loss != null;
      }
      return forward.outputs();
    } finally {
      addMetric("forward", begin);
    }
  }

  @Override
  public NDList evaluate(NDList input) {
    return execution.infer(input);
  }

  /** Continues a backward pass of the program's graph through the stages, last forward first. */
  void backward() {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (open.get(i).backward()) {
        open.remove(i);
      }
    }
  }

  /** Tells, once, whether the last forward ran its backward already. */
  boolean takeFinished() {
    boolean was = finished;
    finished = false;
    return was;
  }

  void endCollecting() {
    collecting = false;
    finished = false;
    open.forEach(Forward::close);
    open.clear();
  }

  @Override
  public void step() {
    long begin = System.nanoTime();
    if (!gradientsChecked) {
      update.checkGradients();
      gradientsChecked = true;
    }
    update.run();
    addMetric("step", begin);
  }

  @Override
  public void close() {
    open.forEach(Forward::close);
    open.clear();
    execution.close();
    super.close();
  }
}
