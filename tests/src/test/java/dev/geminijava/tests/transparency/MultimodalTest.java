package dev.geminijava.tests.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.geminijava.tests.model.CompiledModels;
import dev.geminijava.tests.model.MultimodalSources;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The multimodal transformer of the samples, which says nothing of devices: grouped queries, rotary
 * positions, normalised queries and keys, all modalities at once, two heads. It is split by what
 * propagates through its own code.
 */
class MultimodalTest {

  private static final int BATCH = 4;
  private static final int STEPS = 4;

  private static CompiledModels models;

  @BeforeAll
  static void compile() throws IOException {
    models = CompiledModels.of(MultimodalSources.with("AllModalities", "OtherForms"));
  }

  @AfterAll
  static void close() {
    models.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(Mode.PIPELINE_2, Mode.PIPELINE_3, Mode.SHARDING_2, Mode.TWO_BY_TWO)
        .flatMap(mode -> Stream.of(Optimizers.values()).map(o -> arguments(mode, o)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void trainsAsOnOneDevice(Mode mode, Optimizers optimizer) {
    assertSame("AllModalities", mode, optimizer);
  }

  /**
   * Each head has a slope of its own, the kernel is libtorch's, and the heads are the embeddings.
   */
  @ParameterizedTest
  @EnumSource(names = {"PIPELINE_2", "SHARDING_2", "TWO_BY_TWO"})
  void soItDoesWithItsOtherOptions(Mode mode) {
    assertSame("OtherForms", mode, Optimizers.ADAM);
  }

  private static void assertSame(String example, Mode mode, Optimizers optimizer) {
    Recording one =
        Recording.of(models.written(example), optimizer.create(), Mode.NONE.config(), BATCH, STEPS);
    assertTrue(one.isFinite());
    one.assertSame(
        Recording.of(models.rewritten(example), optimizer.create(), mode.config(), BATCH, STEPS));
  }

  @Test
  void itsAttentionFeedForwardAndHeadsAreSplit() {
    assertSplit("Attention.java", "Shards.group(heads, kvHeads)", "shards.row(result)");
    assertSplit("FeedForward.java", "shards.column(up)", "shards.column(gate)", "shards.row(down)");
    assertSplit("Heads.java", "shards.head(text)", "shards2.head(image)");
  }

  private static void assertSplit(String file, String... texts) {
    String text =
        models.compilation().files().stream()
            .filter(f -> f.original().path().endsWith(file))
            .findFirst()
            .orElseThrow()
            .text();
    for (String inserted : texts) {
      assertTrue(text.contains(inserted), () -> inserted + " in\n" + text);
    }
  }

  @Test
  void allOfItIsProven() {
    assertEquals(List.of(), models.verification().failures());
  }
}
