package dev.geminijava.tests.transparency;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.geminijava.tests.model.Models;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link TransparencyTest} shows, over devices with memory of their own: parameters are copies
 * there, and every value that crosses to another device is copied by threads beside those that
 * compute. All that GPUs do differs from this in which calls move the bytes.
 */
class ApartTest {

  private static final int BATCH = 6;
  private static final int STEPS = 4;

  private static final Map<String, Recording> ON_ONE_DEVICE = new ConcurrentHashMap<>();

  static Stream<Arguments> cases() {
    return Models.names().stream()
        .flatMap(
            model ->
                Stream.of(Mode.PIPELINE_3, Mode.SHARDING_2, Mode.TWO_BY_TWO)
                    .map(mode -> arguments(model, mode)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void trainsAsOnOneDevice(String model, Mode mode) {
    Recording one =
        ON_ONE_DEVICE.computeIfAbsent(
            model,
            key ->
                Recording.of(
                    Models.written(model),
                    Optimizers.ADAM.create(),
                    Mode.NONE.config(),
                    BATCH,
                    STEPS));
    one.assertSame(
        Recording.of(
            Models.rewritten(model), Optimizers.ADAM.create(), mode.apart(), BATCH, STEPS));
  }
}
