package dev.geminijava.runtime.train;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.loss.HingeLoss;
import ai.djl.training.loss.L1Loss;
import ai.djl.training.loss.L2Loss;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SigmoidBinaryCrossEntropyLoss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
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
  private boolean lossFollows;
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
    GeminiCollector collector = GeminiCollector.current();
    Loss loss =
        lossFollows
                && collector != null
                && collector.isEmpty()
                && data.stream().noneMatch(GeminiCollector::carriesGradient)
                && MEANS.contains(getLoss().getClass())
            ? getLoss()
            : null;
    lossFollows = false;
    return forward(data, labels, loss);
  }

  private NDList forward(NDList data, NDList labels, Loss loss) {
    long begin = System.nanoTime();
    try {
      Forward forward = execution.forward(data, labels, true, loss);
      GeminiCollector collector = GeminiCollector.current();
      if (collector != null && loss == null) {
        collector.await(forward);
      } else {
        forward.close();
        if (loss != null) {
          collector.finished();
        }
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
    execution.close();
    super.close();
  }
}
