package dev.geminijava.passes.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.emit.Overlay;
import dev.geminijava.passes.pass.CutStages;
import dev.geminijava.passes.pass.ReadModels;
import dev.geminijava.passes.pass.SplitLayers;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** DJL's own layers, from its sources, by the rules for everybody's. */
class LibraryTest {

  /** The lines of DJL's class that change, as they are then. */
  private static String changed(String path) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> jars = Files.list(Path.of("target", "djl-sources"))) {
      for (Path jar : jars.sorted().toList()) {
        Overlay.sources(jar).stream()
            .filter(f -> f.path().toString().replace('\\', '/').endsWith(path))
            .forEach(files::add);
      }
    }
    assertEquals(1, files.size(), path);
    SourceFile file = files.get(0);
    Rewriting rewriting =
        Rewriting.of(
                List.of(new CutStages(), new ReadModels(), new SplitLayers(RuleTable.load())),
                files)
            .holds();
    String text = rewriting.run().unit().edits(file).apply(file.text());
    List<String> before = file.text().lines().toList();
    List<String> after = text.lines().toList();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).equals(after.get(i)) && !after.get(i).startsWith("import")) {
        lines.add(after.get(i).strip());
      }
    }
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void attentionIsSplitByHeads() throws IOException {
    assertEquals(
        """
        ShardGroup shards = Shards.group(headCount); NDList keys = Pipeline.cut(shards.column(keyProjection).forward(parameterStore, flattenedKeyInput, training, params));
        Pipeline.cut(shards.column(queryProjection).forward(parameterStore, flattenedQueryInput, training, params));
        Pipeline.cut(shards.column(valueProjection).forward(parameterStore, flattenedValueInput, training, params));
        NDArray keyHeads = createAttentionHeadsFromEmbeddings(keys.head(), B, F, shards.local(N), H);
        NDArray queryHeads = createAttentionHeadsFromEmbeddings(queries.head(), B, T, shards.local(N), H);
        NDArray valueHeads = createAttentionHeadsFromEmbeddings(values.head(), B, F, shards.local(N), H);
        normalizedAttentionScores = normalizedAttentionScores.add(shards.local(maskOffset, -3));
        Pipeline.cut(shards.own(attentionProbsDropout)
        .forward(parameterStore, new NDList(attentionProbs), training))
        .reshape(B, T, shards.local(E)); // -> (B, T, E)
        Pipeline.cut(shards.allReduce(shards.row(resultProjection).forward(parameterStore, new NDList(resultEmbeddings), training)));
        """,
        changed("nn/transformer/ScaledDotProductAttentionBlock.java"));
  }

  @Test
  void aSequentialBlockIsAChainUnlessItsStepsAreAskedFor() throws IOException {
    List<String> lines = Arrays.asList(changed("nn/SequentialBlock.java").split("\n"));
    String loop =
        "for (Block block : returnIntermediate ? children.values() :"
            + " Shards.chain(children.values())) {";
    assertEquals(2, lines.stream().filter(loop::equals).count());
  }

  @Test
  void tablesAreSplitByTheirRowsIfOthersReadThem() throws IOException {
    List<String> lines = Arrays.asList(changed("nn/transformer/BertBlock.java").split("\n"));
    assertEquals(
        List.of(
            "ShardGroup shards = Shards.group(); NDArray embeddedTokens =",
            "Pipeline.cut(shards.allReduce(shards.vocabulary(tokenEmbedding).forward(ps,"
                + " new NDList(tokenIds), training))).singletonOrThrow();",
            "ShardGroup shards2 = Shards.group(embeddingSize); NDArray embeddedTypes ="),
        lines.subList(0, 3));
  }
}
