import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.Linear;
import ai.djl.training.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;

/** A small field, followed by Runge-Kutta steps: the same layers sixteen times in one forward. */
public class NeuralSteps {
  interface Field {
    NDArray at(NDArray x, float time);
  }

  static class Flow extends AbstractBlock {
    private final Linear one = addChildBlock("one", Linear.builder().setUnits(12).build());
    private final Linear two = addChildBlock("two", Linear.builder().setUnits(3).build());
    private final Parameter drift =
        addParameter(
            Parameter.builder()
                .setName("drift")
                .setType(Parameter.Type.BIAS)
                .optShape(new Shape(3))
                .build());
    private final int steps;

    Flow(int steps) {
      this.steps = steps;
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      Field field =
          (x, time) -> {
            NDArray h = one.forward(ps, new NDList(x), training).head().add(time).tanh();
            NDArray d = two.forward(ps, new NDList(h), training).head();
            return d.add(ps.getValue(drift, x.getDevice(), training));
          };
      NDArray x = inputs.head();
      float dt = 1f / steps;
      for (int i = 0; i < steps; i++) {
        x = step(field, x, i * dt, dt);
      }
      return new NDList(x);
    }

    private static NDArray step(Field f, NDArray x, float t, float dt) {
      NDArray k1 = f.at(x, t);
      NDArray k2 = f.at(x.add(k1.mul(dt / 2)), t + dt / 2);
      NDArray k3 = f.at(x.add(k2.mul(dt / 2)), t + dt / 2);
      NDArray k4 = f.at(x.add(k3.mul(dt)), t + dt);
      return x.add(k1.add(k2.mul(2)).add(k3.mul(2)).add(k4).mul(dt / 6));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      one.initialize(m, d, s);
      two.initialize(m, d, one.getOutputShapes(s));
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(89);
    try (Model model = Model.newInstance("flow");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(new Flow(4));
      NDArray x = m.randomNormal(new Shape(10, 3));
      NDArray y = x.get(":, 1:").concat(x.get(":, :1").neg(), 1);
      try (Trainer t =
          model.newTrainer(
              new DefaultTrainingConfig(new L2Loss("l2", 1f))
                  .optOptimizer(
                      Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build()))) {
        t.initialize(x.getShape());
        for (int i = 0; i < 4; i++) {
          try (GradientCollector g = t.newGradientCollector()) {
            NDList out = t.forward(new NDList(x));
            NDArray loss = t.getLoss().evaluate(new NDList(y), out);
            // A penalty on the weights, besides the loss.
            for (var p : model.getBlock().getParameters()) {
              loss = loss.add(p.getValue().getArray().square().sum().mul(1e-3f));
            }
            g.backward(loss);
            System.out.println(loss.getFloat());
          }
          t.step();
        }
      }
    }
  }
}
