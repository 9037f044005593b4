import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.EasyTrain;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.NoopTranslator;

/** What most programs load: running it tells the JVM which classes to keep ready. */
public final class Program {

  public static void main(String[] args) {
    try {
      train();
    } catch (Throwable e) {
      // Where the engine cannot start, the classes loaded so far are kept.
    }
  }

  private static void train() throws Exception {
    try (Model model = Model.newInstance("program")) {
      SequentialBlock block = new SequentialBlock();
      block.add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(4).build());
      block.add(Activation::relu).add(Linear.builder().setUnits(2).build());
      model.setBlock(block);
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addEvaluator(new Accuracy())
              .optOptimizer(Optimizer.adam().build());
      try (Trainer trainer = model.newTrainer(config)) {
        NDManager manager = trainer.getManager();
        trainer.initialize(new Shape(4, 4));
        ArrayDataset data =
            new ArrayDataset.Builder()
                .setData(manager.ones(new Shape(8, 4)))
                .optLabels(manager.zeros(new Shape(8)))
                .setSampling(4, false)
                .build();
        EasyTrain.fit(trainer, 1, data, null);
      }
      model.newPredictor(new NoopTranslator()).predict(new NDList(model.getNDManager().ones(new Shape(1, 4))));
    }
  }
}
