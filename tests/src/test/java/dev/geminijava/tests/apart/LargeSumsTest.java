package dev.geminijava.tests.apart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Optimizers;
import dev.geminijava.tests.transparency.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks with memories of their own sum small arrays in one step and large ones in shares. */
class LargeSumsTest {

  private static final Pattern SUM = Pattern.compile("\"all-reduce [^\"]*, (in [a-z ]+)\"");
  private static final int BATCH = 3;

  /** Two layers with one sum behind them, of sizes that no number of ranks divides. */
  private record Pair(int rows, int features) implements Example {

    @Override
    public Block block() {
      return new SequentialBlock()
          .add(Linear.builder().setUnits(12).build())
          .add(Activation::tanh)
          .add(Linear.builder().setUnits(features).build());
    }

    @Override
    public NDList data(NDManager manager, int batch) {
      return new NDList(wave(manager, batch, 7));
    }

    @Override
    public NDList labels(NDManager manager, int batch) {
      return new NDList(wave(manager, batch, features));
    }

    private NDArray wave(NDManager manager, int batch, int width) {
      return manager.arange((float) batch * rows * width).sin().reshape(batch, rows, width);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SHARDING_2, 1000, 1001, in one step",
    "SHARDING_3, 5, 11, in one step",
    "SHARDING_3, 1000, 1001, in shares",
    "SHARDING_4, 5, 11, in one step",
    "SHARDING_4, 1000, 1001, in shares"
  })
  void sumsAreTheSameEitherWay(Mode mode, int rows, int features, String way, @TempDir Path folder)
      throws IOException {
    Pair pair = new Pair(rows, features);
    Path trace = folder.resolve("trace.json");
    GeminiConfig config = mode.builder().devices("apart:4").trace(trace).build();
    Recording one = Recording.of(pair, Optimizers.SGD.create(), Mode.NONE.config(), BATCH, 2);
    Recording many = Recording.of(pair, Optimizers.SGD.create(), config, BATCH, 2);
    one.assertSame(many);
    Set<String> ways = new TreeSet<>();
    Matcher sums = SUM.matcher(Files.readString(trace));
    while (sums.find()) {
      ways.add(sums.group(1));
    }
    assertEquals(Set.of(way), ways);
  }
}
