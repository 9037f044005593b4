package dev.geminijava.tests.training;

import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Optimizers;
import dev.geminijava.tests.transparency.Recording;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches that four micro-batches do not divide, or that have fewer samples than four. */
class UnevenBatchTest {

  static Stream<Arguments> cases() {
    return Stream.of("ChainInLoops", "TwoInTwoOut", "MaskInEveryLayer")
        .flatMap(
            model ->
                Stream.of(1, 2, 3, 5, 7)
                    .flatMap(
                        batch ->
                            List.of(Mode.PIPELINE_2, Mode.PIPELINE_3, Mode.TWO_BY_TWO).stream()
                                .map(mode -> Arguments.arguments(model, batch, mode))));
  }

  @ParameterizedTest(name = "{0}, {1} samples, {2}")
  @MethodSource("cases")
  void trainsAsOnOneDevice(String model, int batch, Mode mode) {
    Recording.of(Models.written(model), Optimizers.SGD.create(), Mode.NONE.config(), batch, 3)
        .assertSame(
            Recording.of(
                Models.rewritten(model),
                Optimizers.SGD.create(),
                mode.builder().microBatches(4).build(),
                batch,
                3));
  }
}
