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

/** Two towers that end in one space, pulled together and pushed apart. */
public class Clip {

  static final class Projection extends AbstractBlock {
    private final Linear up, down;

    Projection(int hidden, int width) {
      up = addChildBlock("up", Linear.builder().setUnits(hidden).build());
      down = addChildBlock("down", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray projected = up.forward(ps, in, training).head();
      NDArray x = Activation.gelu(projected);
      x = down.forward(ps, new NDList(x), training).head();
      return new NDList(x.div(x.square().sum(new int[] {1}, true).sqrt()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return down.getOutputShapes(up.getOutputShapes(s));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      up.initialize(manager, type, s);
      down.initialize(manager, type, up.getOutputShapes(s));
    }
  }

  static final class Towers extends AbstractBlock {
    private final Linear patch;
    private final Linear text;
    private final Projection image, sentence;
    private final Parameter temperature;
    private final Block shared;

    Towers() {
      patch = addChildBlock("patch", Linear.builder().setUnits(12).build());
      text = addChildBlock("text", Linear.builder().setUnits(12).build());
      shared =
          addChildBlock(
              "shared",
              new SequentialBlock()
                  .add(Linear.builder().setUnits(24).build())
                  .add(Activation::relu)
                  .add(Linear.builder().setUnits(12).build()));
      image = addChildBlock("image", new Projection(32, 8));
      sentence = addChildBlock("sentence", new Projection(32, 8));
      temperature =
          addParameter(
              Parameter.builder()
                  .setName("temperature")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(1))
                  .optInitializer(Initializer.ONES)
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDList a =
          image.forward(
              ps,
              shared.forward(ps, patch.forward(ps, new NDList(in.get(0)), training), training),
              training);
      NDList b =
          sentence.forward(
              ps,
              shared.forward(ps, text.forward(ps, new NDList(in.get(1)), training), training),
              training);
      NDArray t = ps.getValue(temperature, in.head().getDevice(), training).exp();
      return new NDList(a.head().matMul(b.head().transpose()).mul(t));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), s[0].get(0))};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... s) {
      patch.initialize(manager, type, s[0]);
      text.initialize(manager, type, s[1]);
      Shape x = new Shape(s[0].get(0), 12);
      shared.initialize(manager, type, x);
      image.initialize(manager, type, x);
      sentence.initialize(manager, type, x);
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(9);
    try (Model model = Model.newInstance("clip");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(new Towers());
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new SoftmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(6, 20), new Shape(6, 10));
        NDArray x = manager.randomNormal(new Shape(6, 20));
        NDArray y = manager.randomNormal(new Shape(6, 10));
        NDArray labels = manager.arange(6f);
        for (int step = 0; step < 4; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray scores = trainer.forward(new NDList(x, y)).head();
            Loss loss = trainer.getLoss();
            NDArray l =
                loss.evaluate(new NDList(labels), new NDList(scores))
                    .add(loss.evaluate(new NDList(labels), new NDList(scores.transpose())))
                    .div(2);
            collector.backward(l);
            System.out.printf("%.5f%n", l.getFloat());
          }
          trainer.step();
        }
      }
    }
  }
}
