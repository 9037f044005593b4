package dev.geminijava.passes.pass;

import dev.geminijava.passes.Rewriting;
import org.junit.jupiter.api.Test;

class CutStagesTest {

  /** A block with two children; the body of its forward method is up to the test. */
  private static String block(String forward) {
    return """
        package a;

        import ai.djl.ndarray.*;
        import ai.djl.ndarray.types.Shape;
        import ai.djl.nn.*;
        import ai.djl.training.ParameterStore;
        import ai.djl.util.PairList;
        import java.util.*;
        import java.util.function.*;
        import java.util.stream.*;

        class Net extends AbstractBlock {
          Block first, second;
          List<Block> all = new ArrayList<>();

          @Override
          protected NDList forwardInternal(
              ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
        BODY
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }
        """
        .replace("BODY\n", forward.indent(4));
  }

  private static String cutBlock(String forward) {
    return block(forward)
        .replace(
            "import ai.djl.util.PairList;",
            "import ai.djl.util.PairList; import dev.geminijava.runtime.Pipeline;");
  }

  private static void cuts(String before, String after) {
    Rewriting.of(new CutStages(), block(before)).becomes(cutBlock(after)).notes();
  }

  private static void leaves(String body) {
    Rewriting.of(new CutStages(), block(body)).staysAsItIs();
  }

  @Test
  void everyCallOfAnotherBlocksForwardMayEndAStage() {
    cuts(
        """
        NDList hidden = first.forward(ps, in, training);
        return second.forward(ps, hidden, training, params);
        """,
        """
        NDList hidden = Pipeline.cut(first.forward(ps, in, training));
        return Pipeline.cut(second.forward(ps, hidden, training, params));
        """);
  }

  @Test
  void aCallInAnArgumentIsCutInsideTheOuterOne() {
    cuts(
        "return second.forward(ps, first.forward(ps, in, training), training);",
        "return Pipeline.cut(second.forward(ps, Pipeline.cut(first.forward(ps, in, training)),"
            + " training));");
  }

  @Test
  void lambdasStreamsAndTernariesAreCutWhereTheyCall() {
    cuts(
        """
        UnaryOperator<NDList> run = x -> first.forward(ps, x, training);
        NDList a = training ? first.forward(ps, in, true) : second.forward(ps, in, false);
        return all.stream().map(b -> b.forward(ps, a, training)).reduce(run.apply(in), (l, r) -> r);
        """,
        """
        UnaryOperator<NDList> run = x -> Pipeline.cut(first.forward(ps, x, training));
        NDList a = training ? Pipeline.cut(first.forward(ps, in, true)) : Pipeline.cut(second.forward(ps, in, false));
        return all.stream().map(b -> Pipeline.cut(b.forward(ps, a, training))).reduce(run.apply(in), (l, r) -> r);
        """);
  }

  @Test
  void aCallOverManyLinesKeepsItsLinesAndComments() {
    cuts(
        """
        return /* the second */ second // runs last
            .forward( // with
                ps, /* all of */ in,
                training) /* it */;
        """,
        """
        return /* the second */ Pipeline.cut(second // runs last
            .forward( // with
                ps, /* all of */ in,
                training)) /* it */;
        """);
  }

  @Test
  void severalStatementsOnOneLine() {
    cuts(
        "NDList a = first.forward(ps, in, training); a = second.forward(ps, a, training); return a;",
        "NDList a = Pipeline.cut(first.forward(ps, in, training));"
            + " a = Pipeline.cut(second.forward(ps, a, training)); return a;");
  }

  @Test
  void aChainGoesOnAfterTheCut() {
    cuts(
        "return new NDList((first).forward(ps, in, training).head().tanh());",
        "return new NDList(Pipeline.cut((first).forward(ps, in, training)).head().tanh());");
  }

  @Test
  void receiversOfAnyShape() {
    cuts(
        """
        NDList a = all.get(0).forward(ps, in, training);
        a = ((Block) all.get(1)).forward(ps, a, training);
        a = this.second.forward(ps, a, training);
        return getChildren().get("x").forward(ps, a, training);
        """,
        """
        NDList a = Pipeline.cut(all.get(0).forward(ps, in, training));
        a = Pipeline.cut(((Block) all.get(1)).forward(ps, a, training));
        a = Pipeline.cut(this.second.forward(ps, a, training));
        return Pipeline.cut(getChildren().get("x").forward(ps, a, training));
        """);
  }

  @Test
  void aBlocksOwnForwardIsNoBoundary() {
    leaves(
        """
        NDList a = forward(ps, in, training);
        a = this.forward(ps, a, training);
        a = (this).forward(ps, a, training);
        a = Net.this.forward(ps, a, training);
        return super.forward(ps, a, training);
        """);
  }

  @Test
  void aMethodReferenceIsLeftAloneWithANote() {
    Rewriting.of(
            new CutStages(),
            block(
                """
                interface Run { NDList on(ParameterStore ps, NDList in, boolean training); }
                Run run = first::forward;
                return run.on(ps, in, training);
                """))
        .staysAsItIs()
        .notes("method-reference", "first::forward");
  }

  @Test
  void otherMethodsNamedForwardAreNotMeant() {
    leaves(
        """
        class Player { NDList forward(ParameterStore ps, NDList x, boolean fast) { return x; } }
        Object o = "first.forward(ps, in, training)";
        return new Player().forward(ps, in, training);
        """);
  }

  @Test
  void textBlocksAndUnicodeDoNotMoveTheCut() {
    cuts(
        """
        String größe = \"""
            first.forward(ps, in, training) \\u00e9 é 🚀
            \"""; NDList ü = first.forward(ps, in, training);
        return ü;
        """,
        """
        String größe = \"""
            first.forward(ps, in, training) \\u00e9 é 🚀
            \"""; NDList ü = Pipeline.cut(first.forward(ps, in, training));
        return ü;
        """);
  }

  @Test
  void tabsAndWindowsLineEndsStay() {
    String body = "\tNDList a = first.forward(ps,\r\n\t\tin, training);\r\n\treturn a;\r\n";
    String before = block("X").replace("X\n", body).replaceAll("(?<!\r)\n", "\r\n");
    String after =
        cutBlock("X")
            .replace("X\n", body)
            .replace("first.forward(ps,", "Pipeline.cut(first.forward(ps,")
            .replace("training);", "training));")
            .replaceAll("(?<!\r)\n", "\r\n");
    Rewriting.of(new CutStages(), before).becomes(after);
  }

  @Test
  void innerAndAnonymousBlocksCount() {
    cuts(
        """
        class Inner { NDList run() { return first.forward(ps, in, training); } }
        Block anonymous = new AbstractBlock() {
          @Override protected NDList forwardInternal(
              ParameterStore s, NDList x, boolean t, PairList<String, Object> p) {
            return first.forward(s, x, t);
          }
          @Override public Shape[] getOutputShapes(Shape[] shapes) { return shapes; }
        };
        return new Inner().run();
        """,
        """
        class Inner { NDList run() { return Pipeline.cut(first.forward(ps, in, training)); } }
        Block anonymous = new AbstractBlock() {
          @Override protected NDList forwardInternal(
              ParameterStore s, NDList x, boolean t, PairList<String, Object> p) {
            return Pipeline.cut(first.forward(s, x, t));
          }
          @Override public Shape[] getOutputShapes(Shape[] shapes) { return shapes; }
        };
        return new Inner().run();
        """);
  }

  @Test
  void genericsAndRecordsAreSeenThrough() {
    cuts(
        """
        record Pair<A extends Block, B>(A left, B right) {}
        Pair<? extends Block, String> pair = new Pair<>(first, "x");
        var out = pair.left().forward(ps, in, training);
        return out;
        """,
        """
        record Pair<A extends Block, B>(A left, B right) {}
        Pair<? extends Block, String> pair = new Pair<>(first, "x");
        var out = Pipeline.cut(pair.left().forward(ps, in, training));
        return out;
        """);
  }

  @Test
  void aPredictionOutsideOfAnyBlockIsNoBoundary() {
    Rewriting.of(
            new CutStages(),
            """
            import ai.djl.ndarray.NDList;
            import ai.djl.nn.Block;
            import ai.djl.training.ParameterStore;
            class Use {
              NDList use(Block block, ParameterStore ps, NDList in) {
                return block.forward(ps, in, false);
              }
            }
            """)
        .staysAsItIs();
  }

  @Test
  void theCutEnclosesTheCollectiveThatCompletesTheLayer() {
    cuts(
        """
        dev.geminijava.runtime.ShardGroup shards = dev.geminijava.runtime.Shards.group(4);
        return shards.allReduce(shards.row(first).forward(ps, in, training));
        """,
        """
        dev.geminijava.runtime.ShardGroup shards = dev.geminijava.runtime.Shards.group(4);
        return Pipeline.cut(shards.allReduce(shards.row(first).forward(ps, in, training)));
        """);
  }

  @Test
  void whatIsCutByHandIsNotCutAgain() {
    leaves("return (dev.geminijava.runtime.Pipeline.cut((first.forward(ps, in, training))));");
  }
}
