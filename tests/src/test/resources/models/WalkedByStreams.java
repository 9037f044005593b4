package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;
import java.util.List;
import java.util.stream.Stream;

/** Children walked by streams, by an iterator over getChildren, and inside a scope that closes. */
public final class WalkedByStreams implements Example {

  /** Experts whose results are averaged, then a chain in a scope. */
  static final class Net extends AbstractBlock {

    private final List<Block> experts =
        Stream.of("a", "b", "c")
            .map(name -> addChildBlock(name, (Block) Linear.builder().setUnits(6).build()))
            .toList();
    private final SequentialBlock tail =
        addChildBlock(
            "tail",
            new SequentialBlock()
                .add(Linear.builder().setUnits(6).build())
                .add(Activation.tanhBlock())
                .add(Linear.builder().setUnits(6).build()));

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray mixed =
          experts.stream()
              .map(expert -> expert.forward(ps, inputs, training).singletonOrThrow())
              .reduce(NDArray::add)
              .orElseThrow()
              .div(experts.size());
      try (NDManager scope = NDManager.subManagerOf(mixed)) {
        scope.tempAttachAll(inputs);
        NDList current = new NDList(mixed.add(inputs.head()));
        current.attach(scope);
        for (Block block : tail.getChildren().values()) {
          current = block.forward(ps, current, training);
        }
        return scope.ret(new NDList(current.head().add(mixed)));
      }
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      experts.forEach(expert -> expert.initialize(manager, type, shapes));
      tail.initialize(manager, type, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 6));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 6));
  }
}
