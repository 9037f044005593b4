import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.util.PairList;
import org.example.gates.Gates;
import org.example.gates.HardSwish;

/** Learns the square of the length of a vector, with gates out of a library. */
public class GatedRunner {

  /** Two pairs of layers; what lies between them comes from the library. */
  static final class Gated extends AbstractBlock {

    private final Block up = addChildBlock("up", Linear.builder().setUnits(64).build());
    private final Block gate = addChildBlock("gate", new HardSwish());
    private final Block down = addChildBlock("down", Linear.builder().setUnits(8).build());
    private final Block wide = addChildBlock("wide", Linear.builder().setUnits(64).build());
    private final Block out = addChildBlock("out", Linear.builder().setUnits(1).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList first = gate.forward(store, up.forward(store, inputs, training), training);
      NDList middle = down.forward(store, first, training);
      NDArray second = Gates.hardSwish(wide.forward(store, middle, training).head());
      return out.forward(store, new NDList(second), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      Shape[] at = shapes;
      for (Block layer : getChildren().values()) {
        layer.initialize(manager, type, at);
        at = layer.getOutputShapes(at);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return new Shape[] {new Shape(inputs[0].get(0), 1)};
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(7);
    try (Model model = Model.newInstance("gated")) {
      model.setBlock(new Gated());
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
        trainer.initialize(new Shape(32, 4));
        for (int batch = 1; batch <= 40; batch++) {
          try (NDManager scope = trainer.getManager().newSubManager()) {
            NDArray data = scope.randomUniform(-1, 1, new Shape(32, 4));
            NDArray label = data.square().sum(new int[] {1}, true);
            try (GradientCollector collector = trainer.newGradientCollector()) {
              NDList predicted = trainer.forward(new NDList(data), new NDList(label));
              NDArray loss = trainer.getLoss().evaluate(new NDList(label), predicted);
              collector.backward(loss);
              if (batch % 20 == 0) {
                System.out.printf("batch %d: loss %.3f%n", batch, loss.getFloat());
              }
            }
            trainer.step();
          }
        }
      }
    }
  }
}
