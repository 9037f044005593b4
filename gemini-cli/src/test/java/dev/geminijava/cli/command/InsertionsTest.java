package dev.geminijava.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was inserted, by which pass, and why: text by text, and line by line. */
class InsertionsTest {

  private static final String TWO_LAYERS =
      """
      import ai.djl.ndarray.NDList;
      import ai.djl.ndarray.types.Shape;
      import ai.djl.nn.AbstractBlock;
      import ai.djl.nn.Block;
      import ai.djl.nn.core.Linear;
      import ai.djl.training.ParameterStore;
      import ai.djl.util.PairList;

      public class TwoLayers extends AbstractBlock {
        private final Block first = addChildBlock("first", Linear.builder().setUnits(4).build());
        private final Block second = addChildBlock("second", Linear.builder().setUnits(2).build());

        @Override
        protected NDList forwardInternal(
            ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
          NDList hidden = first.forward(ps, in, training);
          return second.forward(ps, hidden, training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
          return shapes;
        }
      }
      """;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("TwoLayers.java"), TWO_LAYERS);
  }

  private int run(String... args) {
    return GeminiJava.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private String ran(String... args) {
    assertEquals(0, run(args), err.toString());
    String text = out.toString();
    out.getBuffer().setLength(0);
    return text;
  }

  @Test
  void theTextStandsAfterEachPass() {
    String cut = ran("transform", "--print-after=cut-stages", file.toString());
    assertTrue(cut.contains("Pipeline.cut(first.forward("), cut);
    assertFalse(cut.contains("shards"), cut);
    assertEquals(TWO_LAYERS, ran("transform", "--print-after=source", file.toString()));
    String all = ran("transform", "--print-after=all", file.toString());
    assertTrue(all.indexOf("after cut-stages") < all.indexOf("after shard-layers"), all);
  }

  @Test
  void aDiffCanBeginAndEndAtAnyPass() {
    String split = ran("diff", "--from=cut-stages", "--to=shard-layers", file.toString());
    assertTrue(
        split.contains("-    NDList hidden = Pipeline.cut(first.forward(ps, in, training));"),
        split);
    assertTrue(split.contains("+    NDList hidden = Pipeline.cut(shards.column(first)"), split);
    String back = ran("diff", "--from=shard-layers", "--to=cut-stages", file.toString());
    assertTrue(back.contains("-    ShardGroup shards"), back);
    assertEquals("", ran("diff", "--from=cut-stages", "--to=cut-stages", file.toString()));
  }

  @Test
  void aWrongPassIsRefusedWithTheNames() {
    for (List<String> wrong :
        List.of(
            List.of("diff", "--from=cut-stage"),
            List.of("diff", "--to=cut-stage"),
            List.of("transform", "--print-after=cut-stage"))) {
      err.getBuffer().setLength(0);
      assertEquals(2, run(wrong.get(0), wrong.get(1), file.toString()));
      assertTrue(err.toString().contains("Did you mean 'cut-stages'? There are source, "));
      assertTrue(err.toString().contains("shard-layers"), err.toString());
    }
  }

  @Test
  void aLineIsExplained() {
    String why = ran("transform", "--explain=16", file.toString());
    assertTrue(
        why.contains("  shards.column(first)\n    pass    shard-layers: splits layers"), why);
    assertTrue(why.contains("each rank computes its share of this layer's output features"), why);
    assertTrue(why.contains("Pipeline.cut("), why);
    assertEquals(why, ran("transform", "--explain=TwoLayers.java:16", file.toString()));
    String nothing = ran("transform", "--explain=11", file.toString());
    assertTrue(nothing.contains("Nothing is inserted here. Insertions stand at lines 7, 16, 17."));
    assertEquals(2, run("transform", "--explain=1600", file.toString()));
    assertTrue(err.toString().contains("name a line from 1 to 25"), err.toString());
  }

  @Test
  void theSourceMapPointsIntoTheOutput() throws IOException {
    Path written = directory.resolve("written");
    ran("transform", "--no-library", "--source-map", "-d", written.toString(), file.toString());
    List<String> lines = Files.readAllLines(written.resolve("TwoLayers.java"));
    JsonObject map =
        JsonParser.parseString(Files.readString(written.resolve("TwoLayers.java.map.json")))
            .getAsJsonObject();
    JsonArray insertions = map.getAsJsonArray("insertions");
    assertEquals(9, insertions.size());
    for (JsonElement insertion : insertions) {
      JsonObject output = insertion.getAsJsonObject().getAsJsonObject("output");
      String line = lines.get(output.get("line").getAsInt() - 1);
      String open = insertion.getAsJsonObject().get("open").getAsString().strip();
      assertTrue(
          line.substring(output.get("column").getAsInt() - 1).startsWith(open), line + " " + open);
    }
  }
}
