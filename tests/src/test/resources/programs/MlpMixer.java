import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.*;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.function.Function;

/** A mixer without a class of its own: chains, lambdas and parallel blocks only. */
public class MlpMixer {

  static final Function<NDList, NDList> SWAP = list -> new NDList(list.head().swapAxes(1, 2));

  static Block mlp(int hidden, int out) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(hidden).build())
        .add(Activation::gelu)
        .add(Linear.builder().setUnits(out).build());
  }

  static Block residual(Block block) {
    return new ParallelBlock(
        results -> new NDList(results.get(0).head().add(results.get(1).head())),
        Arrays.asList(Blocks.identityBlock(), block));
  }

  static Block mixer(int patches, int channels) {
    Block overPatches =
        new SequentialBlock()
            .add(LayerNorm.builder().axis(2).build())
            .add(SWAP)
            .add(mlp(2 * patches, patches))
            .add(SWAP);
    Block overChannels =
        new SequentialBlock()
            .add(LayerNorm.builder().axis(2).build())
            .add(mlp(3 * channels, channels));
    return new SequentialBlock().add(residual(overPatches)).add(residual(overChannels));
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(71);
    int patches = 6, channels = 8;
    SequentialBlock net = new SequentialBlock();
    net.add(Linear.builder().setUnits(channels).build());
    for (int i = 0; i < 3; i++) net.add(mixer(patches, channels));
    net.add(LayerNorm.builder().axis(2).build());
    net.addSingleton(x -> x.mean(new int[] {1}));
    net.add(Linear.builder().setUnits(2).build());

    try (Model model = Model.newInstance("mixer");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(net);
      NDArray x = manager.randomNormal(new Shape(12, patches, 5));
      NDArray y = x.mean(new int[] {1}).get(":, :2");
      Loss loss = Loss.l1Loss();
      TrainingConfig config =
          new DefaultTrainingConfig(loss)
              .optOptimizer(
                  Optimizer.adam()
                      .optLearningRateTracker(
                          Tracker.warmUp()
                              .optWarmUpBeginValue(1e-4f)
                              .optWarmUpSteps(3)
                              .setMainTracker(Tracker.fixed(5e-3f))
                              .build())
                      .optClipGrad(0.05f)
                      .build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(12, patches, 5));
        for (int i = 0; i < 5; i++) {
          NDList labels = new NDList(y);
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList out = trainer.forward(new NDList(x), labels);
            NDArray l = loss.evaluate(labels, out);
            collector.backward(l);
            System.out.println(l.getFloat());
          }
          trainer.step();
        }
      }
      double sum = 0;
      for (var parameter : model.getBlock().getParameters()) {
        sum += parameter.getValue().getArray().abs().sum().getFloat();
      }
      System.out.println(sum);
    }
  }
}
