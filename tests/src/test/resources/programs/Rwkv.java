import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.index.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.convolutional.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.*;
import ai.djl.nn.pooling.*;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.initializer.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.*;
import ai.djl.util.PairList;
import java.util.*;

/** A mix over time without attention, and a selective state beside it. */
public class Rwkv {

  static final class TimeMix extends AbstractBlock {
    private final Linear receptance, key, value, output;
    private final Parameter decay, first;
    private final int width;

    TimeMix(int width) {
      this.width = width;
      receptance =
          addChildBlock("receptance", Linear.builder().setUnits(width).optBias(false).build());
      key = addChildBlock("key", Linear.builder().setUnits(width).optBias(false).build());
      value = addChildBlock("value", Linear.builder().setUnits(width).optBias(false).build());
      output = addChildBlock("output", Linear.builder().setUnits(width).optBias(false).build());
      decay =
          addParameter(
              Parameter.builder()
                  .setName("decay")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(width))
                  .optInitializer(Initializer.ONES)
                  .build());
      first =
          addParameter(
              Parameter.builder()
                  .setName("first")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(width))
                  .optInitializer(Initializer.ONES)
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.head();
      NDArray w = ps.getValue(decay, x.getDevice(), training).exp().neg();
      NDArray u = ps.getValue(first, x.getDevice(), training);
      NDArray r = Activation.sigmoid(receptance.forward(ps, in, training).head());
      NDArray k = key.forward(ps, in, training).head();
      NDArray v = value.forward(ps, in, training).head();
      long t = x.getShape().get(1);
      NDArray above = x.getManager().zeros(new Shape(x.getShape().get(0), width));
      NDArray below = x.getManager().zeros(new Shape(x.getShape().get(0), width));
      NDList outs = new NDList();
      for (long i = 0; i < t; i++) {
        NDArray ki = k.get(":, {}", i);
        NDArray vi = v.get(":, {}", i);
        NDArray boost = ki.add(u).exp();
        outs.add(above.add(boost.mul(vi)).div(below.add(boost)));
        above = above.mul(w.exp()).add(ki.exp().mul(vi));
        below = below.mul(w.exp()).add(ki.exp());
      }
      NDArray mixed = NDArrays.stack(outs, 1);
      return output.forward(ps, new NDList(r.mul(mixed)), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      getChildren().values().forEach(c -> c.initialize(manager, type, s));
    }
  }

  static final class ChannelMix extends AbstractBlock {
    private final Linear key, receptance, value;

    ChannelMix(int width) {
      key = addChildBlock("key", Linear.builder().setUnits(4 * width).build());
      receptance = addChildBlock("receptance", Linear.builder().setUnits(width).build());
      value = addChildBlock("value", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.head();
      NDArray shifted = shift(x);
      NDArray mixed = x.mul(0.5).add(shifted.mul(0.5));
      NDArray k = Activation.relu(key.forward(ps, new NDList(mixed), training).head()).square();
      NDArray r = Activation.sigmoid(receptance.forward(ps, new NDList(mixed), training).head());
      return new NDList(x.add(r.mul(value.forward(ps, new NDList(k), training).head())));
    }

    private static NDArray shift(NDArray x) {
      NDArray zero = x.get(":, 0:1").zerosLike();
      return zero.concat(x.get(":, :-1"), 1);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      key.initialize(manager, type, s);
      receptance.initialize(manager, type, s);
      value.initialize(manager, type, key.getOutputShapes(s));
    }
  }

  static final class Mamba extends AbstractBlock {
    private final Linear in, out, dt;
    private final Conv1d conv;
    private final int inner;

    Mamba(int width) {
      inner = 2 * width;
      in = addChildBlock("in", Linear.builder().setUnits(2 * inner).optBias(false).build());
      conv =
          addChildBlock(
              "conv",
              Conv1d.builder()
                  .setFilters(inner)
                  .setKernelShape(new Shape(3))
                  .optPadding(new Shape(2))
                  .optGroups(inner)
                  .build());
      dt = addChildBlock("dt", Linear.builder().setUnits(inner).build());
      out = addChildBlock("out", Linear.builder().setUnits(width).optBias(false).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      NDList parts = in.forward(ps, inputs, training).head().split(2, 2);
      long t = x.getShape().get(1);
      NDArray u = conv.forward(ps, new NDList(parts.get(0).swapAxes(1, 2)), training).head();
      u = Activation.swish(u.get(":, :, :{}", t).swapAxes(1, 2), 1f);
      NDArray step = Activation.softPlus(dt.forward(ps, inputs, training).head());
      NDArray state = u.mul(step).cumSum(1);
      NDArray y = state.mul(Activation.swish(parts.get(1), 1f));
      return new NDList(x.add(out.forward(ps, new NDList(y), training).head()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      in.initialize(manager, type, s);
      dt.initialize(manager, type, s);
      conv.initialize(manager, type, new Shape(s[0].get(0), inner, s[0].get(1)));
      out.initialize(manager, type, new Shape(s[0].get(0), s[0].get(1), inner));
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(6);
    try (Model model = Model.newInstance("m");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(
          new SequentialBlock()
              .add(new TimeMix(8))
              .add(new ChannelMix(8))
              .add(new Mamba(8))
              .add(Linear.builder().setUnits(3).build()));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        Shape shape = new Shape(4, 5, 8);
        trainer.initialize(shape);
        NDArray x = manager.randomNormal(shape);
        NDArray y = manager.randomNormal(new Shape(4, 5, 3));
        for (int step = 0; step < 4; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray loss =
                trainer.getLoss().evaluate(new NDList(y), trainer.forward(new NDList(x)));
            collector.backward(loss);
            System.out.printf("%.5f%n", loss.getFloat());
          }
          trainer.step();
        }
      }
    }
  }
}
