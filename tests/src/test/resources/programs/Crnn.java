import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.*;
import ai.djl.translate.*;
import ai.djl.util.PairList;
import java.nio.file.*;
import java.util.*;

/** Reads lines of text from pictures: convolutions, an LSTM over the columns, a class for each. */
public class Crnn {
  static final int CLASSES = 7;

  static class Reader extends AbstractBlock {
    private final SequentialBlock features = new SequentialBlock();
    private final LSTM rnn;
    private final Linear classes;

    Reader() {
      for (int filters : new int[] {8, 16}) {
        features
            .add(
                Conv2d.builder()
                    .setFilters(filters)
                    .setKernelShape(new Shape(3, 3))
                    .optPadding(new Shape(1, 1))
                    .build())
            .add(Activation.reluBlock())
            .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
      }
      addChildBlock("features", features);
      rnn =
          addChildBlock(
              "rnn",
              LSTM.builder()
                  .setStateSize(12)
                  .setNumLayers(1)
                  .optBatchFirst(true)
                  .optReturnState(false)
                  .build());
      classes = addChildBlock("classes", Linear.builder().setUnits(CLASSES).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = features.forward(ps, in, training).singletonOrThrow(); // (B, C, H, W)
      long b = x.getShape().get(0), w = x.getShape().get(3);
      NDArray columns = x.transpose(0, 3, 1, 2).reshape(b, w, -1);
      NDArray states = rnn.forward(ps, new NDList(columns), training).head();
      return classes.forward(ps, new NDList(states), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      Shape f = features.getOutputShapes(s)[0];
      return new Shape[] {new Shape(f.get(0), f.get(3), CLASSES)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      features.initialize(m, t, s);
      Shape f = features.getOutputShapes(s)[0];
      Shape columns = new Shape(f.get(0), f.get(3), f.get(1) * f.get(2));
      rnn.initialize(m, t, columns);
      classes.initialize(m, t, rnn.getOutputShapes(new Shape[] {columns})[0]);
    }
  }

  /** A mean over the columns that counts. */
  static class MaskedLoss extends Loss {
    MaskedLoss() {
      super("masked");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      NDArray label = labels.head();
      NDArray logp = predictions.head().logSoftmax(-1);
      NDArray picked = logp.gather(label.expandDims(2), 2).squeeze(2);
      NDArray counts = label.neq(0).toType(DataType.FLOAT32, false);
      return picked.mul(counts).sum().neg().div(counts.sum().maximum(1f));
    }
  }

  static class LineTranslator implements Translator<float[], String> {
    @Override
    public NDList processInput(TranslatorContext ctx, float[] input) {
      return new NDList(ctx.getNDManager().create(input, new Shape(1, 8, 24)));
    }

    @Override
    public String processOutput(TranslatorContext ctx, NDList list) {
      long[] best = list.singletonOrThrow().argMax(-1).toLongArray();
      StringBuilder text = new StringBuilder();
      for (long c : best) {
        text.append((char) ('a' + c));
      }
      return text.toString();
    }

    @Override
    public Batchifier getBatchifier() {
      return Batchifier.STACK;
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(13);
    Path dir = Files.createTempDirectory("crnn");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.randomUniform(0, 1, new Shape(6, 1, 8, 24));
      NDArray y = manager.randomInteger(0, CLASSES, new Shape(6, 6), DataType.INT64);
      try (Model model = Model.newInstance("crnn")) {
        model.setBlock(new Reader());
        try (Trainer trainer =
            model.newTrainer(
                new DefaultTrainingConfig(new MaskedLoss())
                    .optOptimizer(
                        Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.005f)).build()))) {
          trainer.initialize(new Shape(6, 1, 8, 24));
          for (int i = 0; i < 4; i++) {
            NDArray loss;
            try (GradientCollector gc = trainer.newGradientCollector()) {
              loss = trainer.getLoss().evaluate(new NDList(y), trainer.forward(new NDList(x)));
              gc.backward(loss);
            }
            trainer.step();
            System.out.printf("%d: %.5f%n", i, loss.getFloat());
          }
        }
        model.setProperty("Epoch", "1");
        model.save(dir, "crnn");
      }
      try (Model again = Model.newInstance("crnn")) {
        again.setBlock(new Reader());
        again.load(dir, "crnn");
        try (Predictor<float[], String> predictor = again.newPredictor(new LineTranslator())) {
          List<float[]> pictures = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            pictures.add(x.get(i).toFloatArray());
          }
          System.out.println(predictor.batchPredict(pictures));
          System.out.println(again.getProperty("Epoch"));
        }
      }
    }
  }
}
