package dev.geminijava.tests.transparency;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.geminijava.tests.model.Models;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A model that runs over several devices computes what it computes on one: outputs, loss, every
 * gradient by name, every parameter after the steps.
 *
 * <p>The first batch finds out where to cut and runs its stages one after the other; three more run
 * in parallel.
 */
class TransparencyTest {

  private static final int BATCH = 6;
  private static final int STEPS = 4;

  private static final Map<String, Recording> ON_ONE_DEVICE = new ConcurrentHashMap<>();

  static Stream<Arguments> cases() {
    // Few sizes divide by three: their shares are uneven.
    List<Mode> modes =
        List.of(
            Mode.PIPELINE_2, Mode.PIPELINE_3, Mode.SHARDING_2, Mode.SHARDING_3, Mode.TWO_BY_TWO);
    return Models.names().stream()
        .flatMap(
            model ->
                Stream.of(Optimizers.values())
                    .flatMap(
                        optimizer ->
                            modes.stream().map(mode -> arguments(model, mode, optimizer))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("cases")
  void trainsAsOnOneDevice(String model, Mode mode, Optimizers optimizer) {
    Recording one =
        ON_ONE_DEVICE.computeIfAbsent(
            model + optimizer,
            key ->
                Recording.of(
                    Models.written(model), optimizer.create(), Mode.NONE.config(), BATCH, STEPS));
    one.assertSame(
        Recording.of(Models.rewritten(model), optimizer.create(), mode.config(), BATCH, STEPS));
  }
}
