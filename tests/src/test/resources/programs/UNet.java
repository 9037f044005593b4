import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.*;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import ai.djl.util.PairList;
import java.util.*;

/**
 * U-Net with double convolutions, skips by concatenation, bilinear-free upsampling and a dice loss.
 */
public class UNet extends AbstractBlock {

  /** Each pixel becomes four, and a convolution smooths them. */
  static class Upsample extends AbstractBlock {
    private final Conv2d smooth;

    Upsample(int filters) {
      smooth =
          addChildBlock(
              "smooth",
              Conv2d.builder()
                  .setFilters(filters)
                  .setKernelShape(new Shape(3, 3))
                  .optPadding(new Shape(1, 1))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.singletonOrThrow();
      return smooth.forward(ps, new NDList(x.repeat(2, 2).repeat(3, 2)), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return smooth.getOutputShapes(
          new Shape[] {new Shape(s[0].get(0), s[0].get(1), 2 * s[0].get(2), 2 * s[0].get(3))});
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      smooth.initialize(
          m, t, new Shape(s[0].get(0), s[0].get(1), 2 * s[0].get(2), 2 * s[0].get(3)));
    }
  }

  static class DoubleConv extends AbstractBlock {
    private final Conv2d a, b;

    DoubleConv(int mid, int out) {
      a = addChildBlock("a", conv(mid));
      b = addChildBlock("b", conv(out));
    }

    static Conv2d conv(int n) {
      return Conv2d.builder()
          .setFilters(n)
          .setKernelShape(new Shape(3, 3))
          .optPadding(new Shape(1, 1))
          .build();
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDList x = Activation.relu(a.forward(ps, in, training));
      return Activation.relu(b.forward(ps, x, training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return b.getOutputShapes(a.getOutputShapes(s));
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
      a.initialize(m, t, s);
      b.initialize(m, t, a.getOutputShapes(s));
    }
  }

  private final List<DoubleConv> encoders = new ArrayList<>();
  private final Deque<DoubleConv> decoders = new ArrayDeque<>();
  private final Deque<Upsample> ups = new ArrayDeque<>();
  private final Block pool = Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
  private final DoubleConv bottom;
  private final Conv2d head;

  UNet(int depth, int width) {
    for (int i = 0; i < depth; i++) {
      int c = width << i;
      encoders.add(addChildBlock("encoder" + i, new DoubleConv(c, c)));
      decoders.push(addChildBlock("decoder" + i, new DoubleConv(c, c)));
      ups.push(addChildBlock("up" + i, new Upsample(c)));
    }
    addChildBlock("pool", pool);
    bottom = addChildBlock("bottom", new DoubleConv(width << depth, width << depth));
    head =
        addChildBlock(
            "head", Conv2d.builder().setFilters(1).setKernelShape(new Shape(1, 1)).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
    Deque<NDArray> skips = new ArrayDeque<>();
    NDList x = in;
    for (DoubleConv encoder : encoders) {
      x = encoder.forward(ps, x, training);
      skips.push(x.head());
      x = pool.forward(ps, x, training);
    }
    x = bottom.forward(ps, x, training);
    Iterator<Upsample> up = ups.iterator();
    for (DoubleConv decoder : decoders) {
      NDArray wide = up.next().forward(ps, x, training).head();
      x =
          decoder.forward(
              ps, new NDList(NDArrays.concat(new NDList(skips.pop(), wide), 1)), training);
    }
    return head.forward(ps, x, training);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] s) {
    return new Shape[] {new Shape(s[0].get(0), 1, s[0].get(2), s[0].get(3))};
  }

  @Override
  protected void initializeChildBlocks(NDManager m, DataType t, Shape... s) {
    Deque<Shape> skips = new ArrayDeque<>();
    Shape at = s[0];
    for (DoubleConv encoder : encoders) {
      encoder.initialize(m, t, at);
      at = encoder.getOutputShapes(new Shape[] {at})[0];
      skips.push(at);
      pool.initialize(m, t, at);
      at = pool.getOutputShapes(new Shape[] {at})[0];
    }
    bottom.initialize(m, t, at);
    at = bottom.getOutputShapes(new Shape[] {at})[0];
    Iterator<Upsample> up = ups.iterator();
    for (DoubleConv decoder : decoders) {
      Upsample d = up.next();
      d.initialize(m, t, at);
      Shape skip = skips.pop();
      at = new Shape(skip.get(0), 2 * skip.get(1), skip.get(2), skip.get(3));
      decoder.initialize(m, t, at);
      at = decoder.getOutputShapes(new Shape[] {at})[0];
    }
    head.initialize(m, t, at);
  }

  /** One minus the overlap, for each picture. */
  static class DiceLoss extends Loss {
    DiceLoss() {
      super("dice");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      NDArray y = labels.singletonOrThrow();
      NDArray p = Activation.sigmoid(predictions.singletonOrThrow());
      int[] axes = {1, 2, 3};
      NDArray both = y.mul(p).sum(axes);
      NDArray all = y.sum(axes).add(p.sum(axes));
      return both.mul(2).add(1).div(all.add(1)).mul(-1).add(1).mean();
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(53);
    try (Model model = Model.newInstance("unet");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new UNet(2, 4));
      NDArray x = manager.randomUniform(0, 1, new Shape(6, 1, 8, 8));
      NDArray y = x.gt(0.5f).toType(DataType.FLOAT32, false);
      ArrayDataset data =
          new ArrayDataset.Builder().setData(x).optLabels(y).setSampling(3, false).build();
      Loss combined = new Combined();
      try (Trainer trainer =
          model.newTrainer(
              new DefaultTrainingConfig(combined)
                  .optOptimizer(
                      Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build()))) {
        trainer.initialize(new Shape(3, 1, 8, 8));
        for (int e = 0; e < 2; e++) {
          for (Batch batch : trainer.iterateDataset(data)) {
            try (GradientCollector gc = trainer.newGradientCollector()) {
              NDArray loss = combined.evaluate(batch.getLabels(), trainer.forward(batch.getData()));
              gc.backward(loss);
              System.out.printf("%.5f%n", loss.getFloat());
            }
            trainer.step();
            batch.close();
          }
        }
      }
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
        System.out.printf(
            "%.5f%n", predictor.predict(new NDList(x)).singletonOrThrow().mean().getFloat());
      }
    }
  }

  static class Combined extends Loss {
    private final Loss dice = new DiceLoss(), cross = Loss.sigmoidBinaryCrossEntropyLoss();

    Combined() {
      super("combined");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      return dice.evaluate(labels, predictions).add(cross.evaluate(labels, predictions));
    }
  }
}
