package dev.geminijava.tests.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.recurrent.LSTM;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Optimizers;
import dev.geminijava.tests.transparency.Recording;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Dropout acts on one mask per logical value. While a batch is whole, that mask is the one that a
 * single device draws from the same seed: ranks that drew their own would give other numbers.
 */
class DropoutTest {

  private static final Example DROPPED =
      new Example() {
        @Override
        public Block block() {
          SequentialBlock block = new SequentialBlock();
          for (int i = 0; i < 3; i++) {
            block
                .add(Linear.builder().setUnits(8).build())
                .add(Activation::tanh)
                .add(Dropout.builder().optRate(0.4f).build())
                .add(LayerNorm.builder().build());
          }
          return block.add(Linear.builder().setUnits(3).build());
        }

        @Override
        public NDList data(NDManager manager, int batch) {
          return new NDList(Numbers.wave(manager, batch, 8));
        }

        @Override
        public NDList labels(NDManager manager, int batch) {
          return new NDList(Numbers.wave(manager, batch, 3));
        }

        @Override
        public DataType dataType() {
          return DataType.FLOAT32;
        }
      };

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void wholeBatchesDrawTheMasksOfOneDevice(Mode mode) {
    Recording.of(DROPPED, Optimizers.SGD.create(), Mode.NONE.config(), 6, 4)
        .assertSame(
            Recording.of(
                DROPPED, Optimizers.SGD.create(), mode.builder().microBatches(1).build(), 6, 4));
  }

  @Test
  void ranksAgreeOnWhatARecurrentLayerDrops() {
    Map<Integer, float[]> seen = new ConcurrentHashMap<>();
    Example recurrent =
        new Example() {
          @Override
          public Block block() {
            return new SequentialBlock()
                .add(LSTM.builder().setNumLayers(2).setStateSize(5).optDropRate(0.5f).build())
                .add(
                    values -> {
                      if (Lane.current() != null) {
                        seen.put(Lane.current().rank(), values.head().toFloatArray());
                      }
                      return values;
                    })
                .add(Linear.builder().setUnits(2).build());
          }

          @Override
          public NDList data(NDManager manager, int batch) {
            return new NDList(Numbers.wave(manager, batch, 3, 4));
          }

          @Override
          public NDList labels(NDManager manager, int batch) {
            return new NDList(Numbers.wave(manager, batch, 3, 2));
          }

          @Override
          public DataType dataType() {
            return DataType.FLOAT32;
          }
        };
    Recording.of(recurrent, Optimizers.SGD.create(), Mode.SHARDING_2.config(), 4, 1);
    assertEquals(Set.of(0, 1), seen.keySet());
    assertArrayEquals(seen.get(0), seen.get(1));
  }
}
