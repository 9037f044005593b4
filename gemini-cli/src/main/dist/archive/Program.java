import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.EasyTrain;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.NoopTranslator;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;

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
      block.add(Blocks.batchFlattenBlock()).add(new Own(4));
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

/** A block of one's own, with the kinds of code that such blocks hold. */
final class Own extends AbstractBlock {

  private static final float SCALE = -0.5f;
  private final Block wide;
  private final Block narrow;
  private final List<Block> more = new ArrayList<>();

  Own(int units) {
    wide = addChildBlock("wide", Linear.builder().setUnits(2L * units).build());
    narrow = addChildBlock("narrow", Linear.builder().setUnits(units).build());
    for (int i = 0; i < 2; i++) {
      more.add(addChildBlock("more" + i, Linear.builder().setUnits(units).build()));
    }
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray hidden = Activation.gelu(wide.forward(store, inputs, training)).head();
    NDList current = narrow.forward(store, new NDList(hidden.mul(SCALE)), training);
    for (Block block : more) {
      current = block.forward(store, current, training);
    }
    if (!training && inputs.size() > 1) {
      return new NDList(inputs.get(1).add(current.singletonOrThrow()));
    }
    return current;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    wide.initialize(manager, type, shapes);
    narrow.initialize(manager, type, wide.getOutputShapes(shapes));
    Shape[] inner = narrow.getOutputShapes(wide.getOutputShapes(shapes));
    more.forEach(block -> block.initialize(manager, type, inner));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return narrow.getOutputShapes(wide.getOutputShapes(shapes));
  }
}
