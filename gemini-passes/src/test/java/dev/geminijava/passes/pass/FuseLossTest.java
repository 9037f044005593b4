package dev.geminijava.passes.pass;

import dev.geminijava.passes.Rewriting;
import org.junit.jupiter.api.Test;

/** The loss may be taken for each micro-batch only if nothing else needs the predictions' graph. */
class FuseLossTest {

  private static final String FORWARD = "trainer.forward(data, labels)";
  private static final String FUSED = "Pipeline.lossFollows(trainer).forward(data, labels)";

  private static String loop(String body) {
    return """
        import ai.djl.ndarray.*;
        import ai.djl.training.*;
        import ai.djl.training.dataset.*;
        import ai.djl.training.loss.Loss;
        import java.util.*;

        class Main {
          static NDArray kept;

          static NDArray own(NDList predictions) {
            return predictions.head().sum();
          }

          static void train(Trainer trainer, Dataset set, Batch batch, NDList labels) throws Exception {
            NDList data = batch.getData();
            List<Float> history = new ArrayList<>();
            Map<String, NDList> seen = new HashMap<>();
            try (GradientCollector collector = trainer.newGradientCollector()) {
        BODY
            }
            trainer.step();
          }
        }
        """
        .replace("BODY\n", body.indent(6));
  }

  private static String mark(String text) {
    return text.replace(FORWARD, FUSED)
        .replace(
            "import ai.djl.training.loss.Loss;",
            "import ai.djl.training.loss.Loss; import dev.geminijava.runtime.Pipeline;");
  }

  private static void fuses(String body) {
    String source = loop(body);
    Rewriting.of(new FuseLoss(), source).becomes(mark(source)).notes();
  }

  /** The loss stays apart because of one place in the body. */
  private static void keepsApart(String place, String body) {
    Rewriting.of(new FuseLoss(), loop(body)).staysAsItIs().notes("loss-apart", place);
  }

  @Test
  void theFormOfEasyTrain() {
    fuses(
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        """);
  }

  @Test
  void withoutAVariableForTheLoss() {
    fuses(
        """
        NDList predictions = trainer.forward(data, labels);
        collector.backward(trainer.getLoss().evaluate(labels, predictions));
        """);
  }

  @Test
  void variablesMayBeDeclaredBefore() {
    String declared = "NDList predictions;\nNDArray loss;\n";
    String step =
        """
        predictions = trainer.forward(data, labels);
        loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        """;
    fuses(declared + step);
    keepsApart(
        "trainer.getLoss().evaluate(labels, predictions)", declared + step + "loss = null;\n");
    keepsApart(
        "trainer.getLoss().evaluate(labels, predictions)",
        declared.replace("loss", "loss = null") + step);
  }

  @Test
  void looksAtValuesDoNoHarm() {
    fuses(
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        NDArray hits = predictions.singletonOrThrow().argMax(1).eq(labels.head());
        System.out.println("accuracy " + hits.mean().getFloat() + " of " + predictions.size());
        history.add(loss.getFloat());
        seen.put("last", predictions);
        for (NDArray each : predictions) {
          System.out.println(each.getShape());
        }
        collector.backward(loss);
        if (history.size() > 100) {
          history.clear();
        }
        """);
  }

  @Test
  void theBatchMayBeAskedForItsLabelsTwice() {
    String source =
        loop(
            """
            NDList predictions = trainer.forward(batch.getData(), batch.getLabels());
            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), predictions);
            collector.backward(loss);
            """);
    Rewriting.of(new FuseLoss(), source)
        .becomes(
            mark(source)
                .replace("trainer.forward(batch", "Pipeline.lossFollows(trainer).forward(batch"));
  }

  @Test
  void severalBackwardPassesAreSaidOnce() {
    keepsApart(
        "collector.backward(other)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        NDList again = trainer.forward(data, labels);
        NDArray other = trainer.getLoss().evaluate(labels, again);
        collector.backward(other);
        """);
  }

  @Test
  void aPenaltyOnThePredictionsNeedsTheirGraph() {
    keepsApart(
        "collector.backward(loss.add(penalty))",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        NDArray penalty = predictions.head().square().mean();
        collector.backward(loss.add(penalty));
        """);
  }

  @Test
  void aScaledLossIsNotTheLoss() {
    keepsApart(
        "collector.backward(scaled)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        NDArray scaled = loss.div(4);
        collector.backward(scaled);
        """);
  }

  @Test
  void anotherLossIsNotTheTrainers() {
    keepsApart(
        "collector.backward(loss)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = Loss.l2Loss().evaluate(labels, predictions);
        collector.backward(loss);
        """);
  }

  @Test
  void otherLabelsAreNotThoseOfTheBatch() {
    keepsApart(
        "collector.backward(loss)",
        """
        NDList smoothed = new NDList(labels.head().mul(0.9));
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(smoothed, predictions);
        collector.backward(loss);
        """);
  }

  @Test
  void theUsersOwnMethodMayDoAnything() {
    keepsApart(
        "own(predictions)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        NDArray more = own(predictions);
        collector.backward(loss);
        """);
  }

  @Test
  void predictionsThatAreChangedInPlace() {
    keepsApart(
        "predictions.head().muli(2)",
        """
        NDList predictions = trainer.forward(data, labels);
        predictions.head().muli(2);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        """);
  }

  @Test
  void predictionsThatAreKept() {
    keepsApart(
        "kept = predictions.head()",
        """
        NDList predictions = trainer.forward(data, labels);
        kept = predictions.head();
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        """);
  }

  @Test
  void twoBackwardPasses() {
    keepsApart(
        "collector.backward(loss)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        collector.backward(loss);
        """);
  }

  @Test
  void aBackwardPassThatMayNotHappen() {
    keepsApart(
        "collector.backward(loss)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        if (!loss.isNaN().any().getBoolean()) {
          collector.backward(loss);
        }
        """);
    keepsApart(
        "collector.backward(loss)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        if (!loss.isNaN().any().getBoolean()) collector.backward(loss);
        """);
    keepsApart(
        "collector.backward(loss)",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        Runnable later = () -> collector.backward(loss);
        """);
    keepsApart(
        "if (loss.isNaN().any().getBoolean()) {\n        return;\n      }",
        """
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        if (loss.isNaN().any().getBoolean()) {
          return;
        }
        collector.backward(loss);
        """);
  }

  @Test
  void withoutABackwardPassThereIsNothingToFuse() {
    Rewriting.of(
            new FuseLoss(),
            loop(
                """
                NDList predictions = trainer.forward(data, labels);
                System.out.println(trainer.getLoss().evaluate(labels, predictions).getFloat());
                """))
        .staysAsItIs()
        .notes();
  }
}
