package dev.geminijava.passes.emit;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.pass.Change;
import dev.geminijava.passes.pass.CutStages;
import dev.geminijava.passes.pass.Outcome;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.pass.Unit;
import dev.geminijava.passes.pass.WrapModels;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person would have written. */
class LayoutTest {

  private static final String HEAD =
      """
      package a;

      import ai.djl.ndarray.*;
      import ai.djl.nn.*;
      import ai.djl.training.ParameterStore;
      IMPORTimport java.util.*;

      abstract class Net extends AbstractBlock {
          Block firstLayer, secondLayer;

          NDArray run(ParameterStore parameterStore, NDList inputs, boolean training) {
      BODY
          }
      }
      """;

  private static void cuts(String before, String after) {
    Rewriting.of(new CutStages(), HEAD.replace("IMPORT", "").replace("BODY\n", before.indent(8)))
        .reads(
            HEAD.replace("IMPORT", "import dev.geminijava.runtime.Pipeline;\n")
                .replace("BODY\n", after.indent(8)));
  }

  @Test
  void aShortLineStaysOne() {
    cuts(
        "return firstLayer.forward(parameterStore, inputs, training).head();",
        "return Pipeline.cut(firstLayer.forward(parameterStore, inputs, training)).head();");
  }

  @Test
  void aLongLineBreaksAfterTheAssignment() {
    cuts(
        """
        NDList hiddenState = firstLayer.forward(parameterStore, new NDList(inputs.head()), true);
        return hiddenState.head();
        """,
        """
        NDList hiddenState =
                Pipeline.cut(firstLayer.forward(parameterStore, new NDList(inputs.head()), true));
        return hiddenState.head();
        """);
  }

  @Test
  void orBeforeTheChainThatGoesOn() {
    cuts(
        """
        NDArray hiddenState =
                firstLayer.forward(parameterStore, new NDList(inputs.head()), true).singletonOrThrow();
        return hiddenState;
        """,
        """
        NDArray hiddenState =
                Pipeline.cut(firstLayer.forward(parameterStore, new NDList(inputs.head()), true))
                        .singletonOrThrow();
        return hiddenState;
        """);
  }

  @Test
  void orBeforeAnArgument() {
    cuts(
        "return NDArrays.stack(secondLayer.forward(parameterStore, inputs.addAll(inputs), training));",
        """
        return NDArrays.stack(
                Pipeline.cut(secondLayer.forward(parameterStore, inputs.addAll(inputs), training)));
        """);
  }

  @Test
  void orInsideTheCall() {
    cuts(
        """
        NDList aResultWithALongName = firstLayer.forward(parameterStore, inputs, training, new ai.djl.util.PairList<>());
        return aResultWithALongName.head();
        """,
        """
        NDList aResultWithALongName =
                Pipeline.cut(
                        firstLayer.forward(
                                parameterStore, inputs, training, new ai.djl.util.PairList<>()));
        return aResultWithALongName.head();
        """);
  }

  @Test
  void whatStoodOnSeveralLinesMovesIn() {
    cuts(
        """
        return firstLayer
                .forward( // the first
                        parameterStore,

                        inputs,
                        training)
                .head();
        """,
        """
        return Pipeline.cut(
                firstLayer
                        .forward( // the first
                                parameterStore,

                                inputs,
                                training))
                .head();
        """);
  }

  @Test
  void importsAboveABareClassGetALineEach() {
    Rewriting.of(
            new WrapModels(), "class A {\n  ai.djl.Model m = ai.djl.Model.newInstance(\"a\");\n}\n")
        .reads(
            "import dev.geminijava.runtime.train.GeminiModel;\n\nclass A {\n"
                + "  ai.djl.Model m = GeminiModel.of(ai.djl.Model.newInstance(\"a\"));\n}\n");
    Rewriting.of(
            new WrapModels(),
            "package a; // here\n\nclass A {\n  ai.djl.Model m = ai.djl.Model.newInstance(\"a\");\n}\n")
        .reads(
            "package a; // here\n\nimport dev.geminijava.runtime.train.GeminiModel;\n\nclass A {\n"
                + "  ai.djl.Model m = GeminiModel.of(ai.djl.Model.newInstance(\"a\"));\n}\n");
  }

  /** Stands for the passes that declare a local variable. */
  private record Declare() implements Pass {
    @Override
    public String name() {
      return "declare";
    }

    @Override
    public String description() {
      return "declares a group before the first return";
    }

    @Override
    public Outcome run(Unit unit) {
      SourceFile file = unit.program().sources().get(0).file();
      int at = file.text().indexOf("return");
      if (file.text().contains("ShardGroup")) {
        return Outcome.of(List.of(), List.of());
      }
      return Outcome.of(
          List.of(
              new Change(
                  file,
                  Edit.statement(
                      at,
                      "#{dev.geminijava.runtime.ShardGroup} shards ="
                          + " #{dev.geminijava.runtime.Shards}.group(4); ",
                      name(),
                      "there are 4 heads"))),
          List.of());
    }
  }

  @Test
  void aDeclarationGetsALineOfItsOwn() {
    Rewriting.of(
            new Declare(),
            "class A {\r\n\tint a() {\r\n\t\t// four\r\n\t\treturn 4;\r\n\t}\r\n}\r\n")
        .becomes(
            "import dev.geminijava.runtime.ShardGroup; import dev.geminijava.runtime.Shards; class A {\r\n\tint a() {\r\n\t\t// four\r\n"
                + "\t\tShardGroup shards = Shards.group(4); return 4;\r\n\t}\r\n}\r\n")
        .reads(
            "import dev.geminijava.runtime.ShardGroup;\r\nimport dev.geminijava.runtime.Shards;\r\n\r\n"
                + "class A {\r\n\tint a() {\r\n\t\t// four\r\n"
                + "\t\tShardGroup shards = Shards.group(4);\r\n\t\treturn 4;\r\n\t}\r\n}\r\n");
  }
}
