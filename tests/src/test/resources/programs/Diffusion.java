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

/** A U-Net that is told the time, as for diffusion. */
public class Diffusion {

  static final class Res extends AbstractBlock {
    private final Conv2d one, two, skip;
    private final BatchNorm n1, n2;
    private final Linear time;
    private final int channels;

    Res(int channels) {
      this.channels = channels;
      one = addChildBlock("one", conv(channels, 3));
      n1 = addChildBlock("n1", BatchNorm.builder().build());
      time = addChildBlock("time", Linear.builder().setUnits(channels).build());
      two = addChildBlock("two", conv(channels, 3));
      n2 = addChildBlock("n2", BatchNorm.builder().build());
      skip = addChildBlock("skip", conv(channels, 1));
    }

    static Conv2d conv(int channels, int kernel) {
      return Conv2d.builder()
          .setFilters(channels)
          .setKernelShape(new Shape(kernel, kernel))
          .optPadding(new Shape(kernel / 2, kernel / 2))
          .build();
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.get(0);
      NDArray t = in.get(1);
      NDArray h =
          Activation.swish(
              n1.forward(ps, one.forward(ps, new NDList(x), training), training).head(), 1f);
      NDArray shift = time.forward(ps, new NDList(Activation.swish(t, 1f)), training).head();
      h = h.add(shift.expandDims(-1).expandDims(-1));
      h = n2.forward(ps, two.forward(ps, new NDList(h), training), training).head();
      NDArray s = skip.forward(ps, new NDList(x), training).head();
      return new NDList(Activation.swish(h.add(s), 1f));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), channels, s[0].get(2), s[0].get(3))};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      Shape[] out = getOutputShapes(s);
      one.initialize(manager, type, s[0]);
      skip.initialize(manager, type, s[0]);
      n1.initialize(manager, type, out);
      two.initialize(manager, type, out);
      n2.initialize(manager, type, out);
      time.initialize(manager, type, s[1]);
    }
  }

  static final class UNet extends AbstractBlock {
    private final List<Res> down = new ArrayList<>();
    private final List<Res> up = new ArrayList<>();
    private final List<Conv2d> wider = new ArrayList<>();
    private final Res middle;
    private final Conv2d last;
    private final Linear t1, t2;
    private static final int[] CHANNELS = {8, 16};

    UNet() {
      t1 = addChildBlock("t1", Linear.builder().setUnits(32).build());
      t2 = addChildBlock("t2", Linear.builder().setUnits(32).build());
      for (int c : CHANNELS) {
        down.add(addChildBlock("down" + c, new Res(c)));
      }
      middle = addChildBlock("middle", new Res(32));
      for (int i = CHANNELS.length - 1; i >= 0; i--) {
        wider.add(addChildBlock("wider" + i, Res.conv(CHANNELS[i], 3)));
        up.add(addChildBlock("up" + i, new Res(CHANNELS[i])));
      }
      last = addChildBlock("last", Res.conv(1, 1));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.get(0);
      NDArray t = in.get(1);
      t = t2.forward(ps, Activation.relu(t1.forward(ps, new NDList(t), training)), training).head();
      Deque<NDArray> skips = new ArrayDeque<>();
      for (Res r : down) {
        x = r.forward(ps, new NDList(x, t), training).head();
        skips.push(x);
        x = Pool.maxPool2d(x, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
      }
      x = middle.forward(ps, new NDList(x, t), training).head();
      for (int i = 0; i < up.size(); i++) {
        x = wider.get(i).forward(ps, new NDList(x.repeat(2, 2).repeat(3, 2)), training).head();
        x = skips.pop().concat(x, 1);
        x = up.get(i).forward(ps, new NDList(x, t), training).head();
      }
      return last.forward(ps, new NDList(x), training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[0]};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      t1.initialize(manager, type, s[1]);
      t2.initialize(manager, type, new Shape(s[1].get(0), 32));
      Shape t = new Shape(s[1].get(0), 32);
      long b = s[0].get(0), h = s[0].get(2), w = s[0].get(3), c = s[0].get(1);
      for (int i = 0; i < down.size(); i++) {
        down.get(i).initialize(manager, type, new Shape(b, c, h, w), t);
        c = CHANNELS[i];
        h /= 2;
        w /= 2;
      }
      middle.initialize(manager, type, new Shape(b, c, h, w), t);
      c = 32;
      for (int i = 0; i < up.size(); i++) {
        h *= 2;
        w *= 2;
        wider.get(i).initialize(manager, type, new Shape(b, c, h, w));
        c = CHANNELS[CHANNELS.length - 1 - i];
        up.get(i).initialize(manager, type, new Shape(b, 2 * c, h, w), t);
      }
      last.initialize(manager, type, new Shape(b, c, h, w));
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(7);
    try (Model model = Model.newInstance("unet");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new UNet());
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.001f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(4, 1, 8, 8), new Shape(4, 6));
        for (int step = 0; step < 4; step++) {
          NDArray x = manager.randomNormal(new Shape(4, 1, 8, 8));
          NDArray noise = manager.randomNormal(new Shape(4, 1, 8, 8));
          NDArray t = manager.randomUniform(0, 1, new Shape(4, 6));
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray said = trainer.forward(new NDList(x.add(noise), t)).head();
            NDArray loss = said.sub(noise).square().mean();
            collector.backward(loss);
            System.out.printf("%.5f%n", loss.getFloat());
          }
          trainer.step();
        }
      }
    }
  }
}
