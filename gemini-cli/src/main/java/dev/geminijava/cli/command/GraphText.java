package dev.geminijava.cli.command;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.Gap;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Tensor;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Models as tables: a line for each node, with the tensors that it takes and gives. */
final class GraphText {

  private static final List<String> HEAD =
      List.of("tensor", "block", "operation", "takes", "shape", "parameters", "FLOPs");

  private GraphText() {}

  static String of(List<ModelGraph> models) {
    return models.stream().map(GraphText::of).collect(Collectors.joining("\n"));
  }

  private static String of(ModelGraph model) {
    List<List<String>> rows = new ArrayList<>(List.of(HEAD));
    for (Tensor input : model.inputs()) {
      rows.add(List.of("" + input.id(), "", "input", "", input.shape().toString(), "", ""));
    }
    for (Node node : model.nodes()) {
      Tensor first = node.outputs().get(0);
      rows.add(
          List.of(
              ids(node.outputs().stream().map(Tensor::id).toList()),
              node.block(),
              operation(node),
              ids(node.inputs()),
              first.shape().toString(),
              node.parameters().isEmpty()
                  ? ""
                  : amount(
                      Amount.sum(node.parameters().stream().map(p -> p.shape().count()).toList())),
              node.flops().terms().isEmpty() ? "" : amount(node.flops())));
    }
    StringBuilder text = new StringBuilder(model.name());
    text.append(", made at ").append(place(model.file(), model.span())).append("\n\n");
    table(rows, text);
    text.append("\nresult: ").append(ids(model.outputs())).append("\n");
    text.append("parameters: ").append(amount(model.parameterCount())).append("\n");
    text.append("FLOPs of one forward pass: ").append(amount(model.flops())).append("\n");
    text.append("bytes of activations: ").append(amount(model.activationBytes())).append("\n");
    for (Gap gap : model.gaps()) {
      text.append("not understood: ").append(place(gap.file(), gap.span()));
      text.append(": ").append(gap.why()).append("\n");
    }
    return text.toString();
  }

  /** A layer's class or an operation, in short. */
  static String operation(Node node) {
    String operation = node.operation();
    return operation.startsWith("ai.djl.")
        ? operation.substring(operation.lastIndexOf('.') + 1)
        : operation;
  }

  private static void table(List<List<String>> rows, StringBuilder text) {
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append("\n");
    }
  }

  private static String ids(List<Integer> ids) {
    return ids.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static String amount(Amount amount) {
    OptionalDouble number = amount.value(Map.of());
    return number.isPresent()
        ? String.format(Locale.ROOT, "%,.0f", number.getAsDouble())
        : amount.toString();
  }

  private static String place(SourceFile file, Span span) {
    return file.path() + ":" + file.position(span.start()).line();
  }
}
