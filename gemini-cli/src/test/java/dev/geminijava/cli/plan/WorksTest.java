package dev.geminijava.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Parameter;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Tensor;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.plan.SplitForecast;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.shard.SplitLayer;
import dev.geminijava.passes.shard.search.Cost;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorksTest {

  private static final String LINEAR = "ai.djl.nn.core.Linear";
  private static final SourceFile FILE =
      new SourceFile(
          Path.of("Mlp.java"),
          """
          h = up.forward(ps, x, training);
          h = Activation.relu(h);
          h = down.forward(ps, h, training);
          h = norm.forward(ps, h, training);
          """);
  private static final SourceFile CLASS = new SourceFile(Path.of("Mlp.java"), "class Mlp {}");
  private static final Dim BATCH = Dim.symbol("B");
  private static final Dim WIDTH = Dim.symbol("WIDTH");

  private static Tensor tensor(int id, Dim last) {
    return new Tensor(id, Extents.of(List.of(BATCH, last)), "float32");
  }

  private static Span call(String text) {
    int start = FILE.text().indexOf(text);
    return new Span(start, start + text.length());
  }

  private static Node node(
      int id,
      String block,
      String operation,
      int input,
      Tensor output,
      Amount flops,
      Span span,
      Parameter... parameters) {
    return new Node(
        id,
        block,
        operation,
        operation,
        List.of(input),
        List.of(output),
        List.of(parameters),
        flops,
        FILE,
        span,
        List.of());
  }

  /** Two linear layers with an activation between them, and a norm, of 8 features. */
  private static final ModelGraph MLP =
      new ModelGraph(
          "Mlp",
          FILE,
          call("h = up"),
          List.of(tensor(0, Dim.of(8))),
          List.of(
              node(
                  0,
                  "up",
                  LINEAR,
                  0,
                  tensor(1, WIDTH),
                  Amount.of(BATCH.times(WIDTH).times(Dim.of(16))),
                  call("up.forward(ps, x, training)"),
                  new Parameter("up_weight", Extents.of(List.of(WIDTH, Dim.of(8))), true),
                  new Parameter("up_bias", Extents.of(List.of(WIDTH)), true)),
              node(
                  1,
                  "",
                  "Activation.relu",
                  1,
                  tensor(2, WIDTH),
                  Amount.of(BATCH.times(WIDTH)),
                  call("Activation.relu(h)")),
              node(
                  2,
                  "down",
                  LINEAR,
                  2,
                  tensor(3, Dim.of(8)),
                  Amount.of(BATCH.times(WIDTH).times(Dim.of(16))),
                  call("down.forward(ps, h, training)"),
                  new Parameter("down_weight", Extents.of(List.of(Dim.of(8), WIDTH)), true)),
              node(
                  3,
                  "norm",
                  "ai.djl.nn.norm.LayerNorm",
                  3,
                  tensor(4, Dim.of(8)),
                  Amount.of(BATCH),
                  call("norm.forward(ps, h, training)"))),
          List.of(4),
          List.of());

  private static SplitLayer placed(String layer, String split) {
    return new SplitLayer(
        call(layer + ".forward(ps, " + (layer.equals("up") ? "x" : "h") + ", training)"),
        layer,
        split);
  }

  private static ShardedClass code(
      List<SplitLayer> layers, List<Diagnostic> notes, List<LayerChoice> choices) {
    ProgramCode program = Lift.lift(Program.of(List.of(CLASS), List.of()));
    ClassCode code = program.classes().get(0);
    return new ShardedClass(code, List.of(), layers, notes, choices, List.of());
  }

  @Test
  void sizesGetNumbers() {
    Works works = Works.of(MLP, Map.of("B", 4L, "WIDTH", 32L), Placements.NONE);
    Work up = works.works().get(0);
    assertEquals(8 * 32 + 32, up.parameters());
    assertEquals(2.0 * 4 * 8 * 32, up.flops());
    assertEquals(4 * 4 * 32, up.outputBytes());
    assertEquals("(4, 32)", up.shape());
    assertEquals("Mlp.java:1", up.place());
    assertEquals(List.of(1), works.works().get(2).inputs());
    assertEquals(List.of(), up.inputs(), "what goes into the model is nobody's result");
    assertEquals(Set.of(), works.unknown());
  }

  @Test
  void whatIsUnknownIsSaidAndNotInvented() {
    Works works = Works.of(MLP, Map.of("B", 4L), Placements.NONE);
    assertEquals(Set.of("WIDTH"), works.unknown());
    assertEquals(0, works.works().get(0).flops());
    assertEquals("(4, WIDTH)", works.works().get(0).shape());
    assertEquals(4 * 4 * 8, works.works().get(2).outputBytes(), "this does not depend on it");
  }

  @Test
  void theCompilersDecisionsAreFoundByTheirCalls() {
    Diagnostic note =
        Diagnostic.note(
            "whole-layer", FILE, call("norm"), "norm stays whole: it needs all features", "");
    ShardedClass decided =
        code(
            List.of(placed("up", "column"), placed("down", "row"), placed("norm", "whole")),
            List.of(note),
            List.of());
    LayerChoice.Alternative row = new LayerChoice.Alternative("row", Cost.ofCompute(1));
    LayerChoice choice =
        new LayerChoice(
            "down",
            FILE,
            call("down.forward(ps, h, training)"),
            2,
            "row",
            LayerChoice.Basis.SIZES,
            List.of(row));
    Placements placements =
        new Placements(List.of(decided), List.of(code(List.of(), List.of(), List.of(choice))));
    List<Work> works = Works.of(MLP, Map.of("B", 4L, "WIDTH", 32L), placements).works();
    assertEquals(
        List.of(Split.COLUMN, Split.BETWEEN, Split.ROW, Split.WHOLE),
        works.stream().map(Work::split).toList());
    assertEquals(List.of(row), works.get(2).ways());
    assertEquals(List.of(), works.get(3).ways(), "a norm has no other way");
    assertTrue(works.get(3).why().contains("needs all features"), works.get(3).why());
    assertEquals("", works.get(0).why());
  }

  @Test
  void aSplitThatIsPredictedToBeSlowerIsWarnedAbout() {
    ShardedClass decided =
        code(List.of(placed("up", "column"), placed("down", "row")), List.of(), List.of());
    assertEquals(
        List.of(
            "Mlp.java:LINE: up, down: splitting over 2 ranks is predicted to be 2.0x slower than"
                + " not: 2 all-reduces of 1.0 KiB (150 µs) against 50 µs saved"),
        new Placements(List.of(decided), List.of(forecast(100e-6)))
            .warnings().stream().map(w -> w.replaceFirst(":\\d+:", ":LINE:")).toList());
    assertEquals(
        List.of(), new Placements(List.of(decided), List.of(forecast(1))).warnings(), "faster");
    ShardedClass whole =
        code(List.of(placed("up", "whole"), placed("down", "whole")), List.of(), List.of());
    assertEquals(
        List.of(), new Placements(List.of(whole), List.of(forecast(100e-6))).warnings(), "whole");
  }

  private static ShardedClass forecast(double alone) {
    SplitForecast forecast =
        new SplitForecast(
            List.of("up", "down"),
            FILE,
            placed("up", "column").call(),
            2,
            alone,
            new Cost(50e-6, 150e-6, 2048, 0),
            "2 all-reduces",
            1024,
            LayerChoice.Basis.SIZES);
    ShardedClass empty = code(List.of(), List.of(), List.of());
    return new ShardedClass(
        empty.code(), List.of(), List.of(), List.of(), List.of(), List.of(forecast));
  }
}
