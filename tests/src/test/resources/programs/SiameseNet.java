import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;

/** One tower, called for both images; a loss that pulls and pushes. */
public class SiameseNet {
  static class Twins extends AbstractBlock {
    final Block tower;

    Twins(Block tower) {
      this.tower = addChildBlock("tower", tower);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray left = embed(ps, in.get(0), training);
      NDArray right = embed(ps, in.get(1), training);
      NDArray gap = left.sub(right);
      return new NDList(gap.square().sum(new int[] {1}).add(1e-6f).sqrt(), left.mul(right));
    }

    private NDArray embed(ParameterStore ps, NDArray image, boolean training) {
      NDArray e = tower.forward(ps, new NDList(image), training).head();
      return e.div(e.square().sum(new int[] {1}, true).add(1e-6f).sqrt());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      Shape e = tower.getOutputShapes(new Shape[] {s[0]})[0];
      return new Shape[] {new Shape(e.get(0)), e};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      tower.initialize(m, d, s[0]);
    }
  }

  static class Contrastive extends Loss {
    private final float margin;

    Contrastive(float margin) {
      super("contrastive");
      this.margin = margin;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      NDArray same = labels.head().toType(DataType.FLOAT32, false);
      NDArray distance = predictions.head();
      NDArray pull = same.mul(distance.square());
      NDArray push = same.sub(1).neg().mul(distance.neg().add(margin).maximum(0).square());
      return pull.add(push).mean();
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(53);
    SequentialBlock tower = new SequentialBlock();
    for (int filters : new int[] {4, 8}) {
      tower
          .add(
              Conv2d.builder()
                  .setKernelShape(new Shape(3, 3))
                  .optPadding(new Shape(1, 1))
                  .setFilters(filters)
                  .build())
          .add(Activation.leakyReluBlock(0.1f))
          .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
    }
    tower.add(Blocks.batchFlattenBlock());
    tower.add(Linear.builder().setUnits(16).build()).add(Activation::tanh);
    tower.add(Linear.builder().setUnits(6).build());

    try (Model model = Model.newInstance("siamese");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(new Twins(tower));
      NDArray a = m.randomNormal(new Shape(20, 1, 8, 8));
      NDArray b = a.add(m.randomNormal(new Shape(20, 1, 8, 8)).mul(0.3f)).flip(2);
      NDArray same = m.arange(20).mod(2);
      ArrayDataset data =
          new ArrayDataset.Builder().setData(a, b).optLabels(same).setSampling(5, false).build();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new Contrastive(1.2f))
              .addTrainingListeners(TrainingListener.Defaults.basic())
              .optOptimizer(
                  Optimizer.adamW().optLearningRateTracker(Tracker.fixed(1e-3f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(5, 1, 8, 8), new Shape(5, 1, 8, 8));
        for (int epoch = 0; epoch < 2; epoch++) {
          for (Batch batch : trainer.iterateDataset(data)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            batch.close();
          }
          trainer.notifyListeners(l -> l.onEpoch(trainer));
          System.out.println("loss " + trainer.getTrainingResult().getTrainLoss());
        }
        NDList out = trainer.evaluate(new NDList(a.get(":3"), b.get(":3")));
        System.out.println(out.get(0).sum().getFloat() + " " + out.get(1).sum().getFloat());
      }
    }
  }
}
