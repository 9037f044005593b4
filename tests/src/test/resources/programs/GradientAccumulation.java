import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** One step for four batches, after the program has clipped the gradients itself. */
public class GradientAccumulation {
  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(19);
    try (Model model = Model.newInstance("acc")) {
      model.setBlock(
          new SequentialBlock()
              .add(Blocks.batchFlattenBlock(6))
              .add(Linear.builder().setUnits(16).build())
              .add(Activation.mishBlock())
              .add(Linear.builder().setUnits(16).build())
              .add(Activation.eluBlock(1f))
              .add(Linear.builder().setUnits(1).build()));
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(
                  Optimizer.sgd()
                      .setLearningRateTracker(
                          Tracker.cosine().setBaseValue(0.1f).setMaxUpdates(8).build())
                      .optMomentum(0.5f)
                      .build());
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(4, 2, 3));
        NDArray x = t.getManager().randomNormal(new Shape(32, 2, 3)),
            y = x.prod(new int[] {1}).sum(new int[] {1}, true);
        ArrayDataset ds =
            new ArrayDataset.Builder().setData(x).optLabels(y).setSampling(4, false).build();
        int step = 0;
        for (int e = 0; e < 2; e++) {
          for (Batch b : t.iterateDataset(ds)) {
            try (GradientCollector g = t.newGradientCollector()) {
              NDArray l = t.getLoss().evaluate(b.getLabels(), t.forward(b.getData())).div(4);
              g.backward(l);
              System.out.println("part " + l.getFloat());
            }
            b.close();
            if (++step % 4 == 0) {
              double norm = 0;
              for (var p : model.getBlock().getParameters().values()) {
                double n = p.getArray().getGradient().norm().getFloat();
                norm += n * n;
              }
              norm = Math.sqrt(norm);
              System.out.println("norm " + norm);
              if (norm > 0.5)
                for (var p : model.getBlock().getParameters().values())
                  p.getArray().getGradient().muli(0.5 / norm);
              t.step();
            }
          }
        }
      }
    }
  }
}
