package dev.geminijava.tests.mutation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults in the compiler's output are found by verification, without running anything. */
@Tag("slow")
class MutationTest {

  /** As many as a build waits for; {@code make mutants} tries all. */
  private static final int SAMPLE = 60;

  @Test
  void nearlyAllFaultsThatChangeTheResultAreRejected() throws IOException {
    MutationScore score = MutationScore.of(Corpus.compiled(), SAMPLE, 3);
    // A few of the sample may turn out to change nothing.
    assertTrue(score.changing() >= SAMPLE / 2, score.table());
    assertTrue(score.score() >= 0.95, score.table());
  }
}
