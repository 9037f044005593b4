package dev.geminijava.tests.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.geminijava.tests.random.Verdict.Fault;
import dev.geminijava.tests.random.Verdict.Kind;
import dev.geminijava.tests.random.Verdict.Spread;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models drawn at random compute over several devices what they compute on one. {@code -Dseed=17}
 * repeats one of them; {@code make soak} tries hundreds.
 */
@Tag("slow")
class RandomModelsTest {

  private static final Long SEED = Long.getLong("seed");
  private static final int COUNT = 24;

  // One key head of two features for five queries: a row-split weight whose inputs are five parts.
  private static final long PARTS_OF_INPUTS = 7051;

  private static int models;
  private static int split;
  private static int cut;

  static LongStream seeds() {
    return SEED != null
        ? LongStream.of(SEED)
        : LongStream.concat(LongStream.rangeClosed(1, COUNT), LongStream.of(PARTS_OF_INPUTS));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void computesWhatItComputesAlone(long seed) {
    ModelSource model = Draw.model(seed);
    Verdict verdict = Trial.of(model, List.of(Setting.values()));
    models++;
    split += verdict.spreads().values().stream().anyMatch(Spread::split) ? 1 : 0;
    cut += verdict.spreads().values().stream().anyMatch(s -> s.stages() > 1) ? 1 : 0;
    Optional<Fault> fault = verdict.fault().filter(f -> f.kind() != Kind.UNSTABLE);
    if (fault.isPresent()) {
      fail(Shrink.smallest(model, fault.get()).report());
    }
  }

  /** Models that are never split would pass whatever the compiler does. */
  @AfterAll
  static void manyAreReallySpread() {
    if (models > COUNT) {
      assertTrue(3 * split > models, split + " of " + models + " were split");
      assertTrue(2 * cut > models, cut + " of " + models + " were cut");
    }
  }

  @Test
  void aSeedIsAModel() {
    assertEquals(Draw.model(5).text(), Draw.model(5).text());
    assertNotEquals(Draw.model(5).text().replace("5", ""), Draw.model(6).text().replace("6", ""));
  }

  /** Whatever stands around the culprit goes, and the culprit gets as small as it can. */
  @Test
  void smallestModelHasTheCulpritOnly() {
    long seed =
        LongStream.range(1, 1000)
            .filter(s -> culprit(Draw.model(s)).isPresent())
            .findFirst()
            .getAsLong();
    ModelSource model = Draw.model(seed);
    Shrink.Found found = Shrink.smallest(model, culprit(model).get(), RandomModelsTest::culprit);
    assertTrue(
        found.model().root() instanceof Attention attention
            && attention.heads() == 1
            && attention.size() == 1
            && !attention.residual()
            && attention.manner().equals(Manner.PLAIN),
        () -> found.model().text());
  }

  private static Optional<Fault> culprit(ModelSource model) {
    return model.text().contains("fused.split(3, 2)")
        ? Optional.of(new Fault(Kind.DISAGREEMENT, List.of(), "fused"))
        : Optional.empty();
  }
}
