import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.*;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.*;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;

/** Dilated causal convolutions with gates; every layer adds to one skip sum. */
public class WaveNet extends AbstractBlock {

  /** A convolution that sees the past only. */
  static class Causal extends AbstractBlock {
    final int dilation;
    final Conv1d conv;

    Causal(int channels, int dilation) {
      this.dilation = dilation;
      conv =
          addChildBlock(
              "conv",
              Conv1d.builder()
                  .setFilters(channels)
                  .setKernelShape(new Shape(2))
                  .optDilation(new Shape(dilation))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.singletonOrThrow();
      Shape s = x.getShape();
      NDArray zeros = x.getManager().zeros(new Shape(s.get(0), s.get(1), dilation));
      return conv.forward(ps, new NDList(NDArrays.concat(new NDList(zeros, x), 2)), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {
        new Shape(s[0].get(0), conv.getOutputShapes(s)[0].get(1), s[0].get(2))
      };
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      conv.initialize(m, d, new Shape(s[0].get(0), s[0].get(1), s[0].get(2) + dilation));
    }
  }

  private final int channels;
  private final List<Causal> filters = new ArrayList<>(), gates = new ArrayList<>();
  private final List<Conv1d> residuals = new ArrayList<>(), skips = new ArrayList<>();
  private final Conv1d start, end;

  WaveNet(int channels, int classes, int... dilations) {
    this.channels = channels;
    start = addChildBlock("start", pointwise(channels));
    for (int d : dilations) {
      filters.add(addChildBlock("filter" + d, new Causal(channels, d)));
      gates.add(addChildBlock("gate" + d, new Causal(channels, d)));
      residuals.add(addChildBlock("residual" + d, pointwise(channels)));
      skips.add(addChildBlock("skip" + d, pointwise(channels)));
    }
    end = addChildBlock("end", pointwise(classes));
  }

  private static Conv1d pointwise(int filters) {
    return Conv1d.builder().setFilters(filters).setKernelShape(new Shape(1)).build();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = start.forward(ps, inputs, training).head();
    NDArray sum = null;
    for (int i = 0; i < filters.size(); i++) {
      NDArray f = filters.get(i).forward(ps, new NDList(x), training).head();
      NDArray g = gates.get(i).forward(ps, new NDList(x), training).head();
      NDArray z = Activation.tanh(f).mul(Activation.sigmoid(g));
      NDArray skip = skips.get(i).forward(ps, new NDList(z), training).head();
      sum = sum == null ? skip : sum.add(skip);
      x = x.add(residuals.get(i).forward(ps, new NDList(z), training).head());
    }
    NDArray out = end.forward(ps, new NDList(Activation.relu(sum)), training).head();
    return new NDList(out.transpose(0, 2, 1));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] s) {
    Shape o = end.getOutputShapes(new Shape[] {new Shape(s[0].get(0), channels, s[0].get(2))})[0];
    return new Shape[] {new Shape(o.get(0), o.get(2), o.get(1))};
  }

  @Override
  protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
    start.initialize(m, d, s);
    Shape inner = new Shape(s[0].get(0), channels, s[0].get(2));
    for (int i = 0; i < filters.size(); i++) {
      filters.get(i).initialize(m, d, inner);
      gates.get(i).initialize(m, d, inner);
      residuals.get(i).initialize(m, d, inner);
      skips.get(i).initialize(m, d, inner);
    }
    end.initialize(m, d, inner);
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(29);
    final int classes = 6;
    try (Model model = Model.newInstance("wavenet");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new WaveNet(8, classes, 1, 2, 4));
      NDArray wave = manager.arange(0, 8 * 12, 1, DataType.FLOAT32).mul(0.37f).sin();
      NDArray x = wave.reshape(8, 1, 12);
      NDArray y =
          wave.add(1).mul(classes / 2f).floor().clip(0, classes - 1).reshape(8, 12)
              .toType(DataType.INT64, false);
      var config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(
                  Optimizer.sgd()
                      .setLearningRateTracker(
                          Tracker.multiFactor()
                              .setSteps(new int[] {2, 4})
                              .optFactor(0.5f)
                              .setBaseValue(0.1f)
                              .build())
                      .optMomentum(0.9f)
                      .build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(x.getShape());
        for (int step = 0; step < 5; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray logits = trainer.forward(new NDList(x)).head();
            NDArray loss =
                trainer
                    .getLoss()
                    .evaluate(
                        new NDList(y.reshape(-1)), new NDList(logits.reshape(-1, classes)));
            collector.backward(loss);
            System.out.println("step " + step + " loss " + loss.getFloat());
          }
          trainer.step();
        }
      }
    }
  }
}
