package dev.geminijava.cli.plan;

import dev.geminijava.passes.model.Amount;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.model.Parameter;
import dev.geminijava.passes.model.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A size that only a run knows, and the number that a prediction takes for it.
 *
 * @param name of the size, as the program writes it where it is written
 * @param value that is taken
 * @param place where the program has it or, failing that, where the model first needs it
 */
record Assumption(String name, long value, String place) {

  private static final long ANY = 1_000;

  /** One of several numbers: each way through the program leads to one of them. */
  private static final Pattern NUMBERS = Pattern.compile("[(\\d]+( or [()\\d]+)+");

  /** A variable, a field or a call, in contrast to a sum, which follows from others. */
  private static final Pattern SINGLE = Pattern.compile("[\\w$][\\w.$\\[\\](),]*");

  /**
   * What is to be assumed for the numbers of a graph.
   *
   * @param known the names that have values
   */
  static List<Assumption> of(ModelGraph graph, Set<String> known) {
    Map<String, Node> needed = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      amounts(node)
          .flatMap(amount -> amount.names().stream())
          .filter(name -> !known.contains(name))
          .forEach(name -> needed.putIfAbsent(name, node));
    }
    List<Assumption> all = new ArrayList<>();
    needed.forEach(
        (name, node) -> {
          if (isOneOfNumbers(name)) {
            all.add(new Assumption(name, largest(name), place(graph, name, node)));
          } else if (SINGLE.matcher(name).matches()) {
            all.add(new Assumption(name, ANY, place(graph, name, node)));
          }
        });
    return all;
  }

  private static Stream<Amount> amounts(Node node) {
    return Stream.of(
            node.parameters().stream().map(Parameter::shape).map(shape -> shape.count()),
            node.outputs().stream().map(Tensor::bytes),
            Stream.of(node.flops()))
        .flatMap(amounts -> amounts);
  }

  private static boolean isOneOfNumbers(String name) {
    return NUMBERS.matcher(name).matches();
  }

  /** The largest of each belong together in programs that choose between sizes of a model. */
  private static long largest(String name) {
    return Pattern.compile("\\d+")
        .matcher(name)
        .results()
        .mapToLong(number -> Long.parseLong(number.group()))
        .max()
        .orElse(ANY);
  }

  private static String place(ModelGraph graph, String name, Node node) {
    int written = graph.file().text().indexOf(name);
    if (written >= 0) {
      return graph.file().path().getFileName() + ":" + graph.file().position(written).line();
    }
    int line = node.file().position(node.span().start()).line();
    return "first needed by "
        + (node.block().isEmpty() ? node.operation() : node.block())
        + ", "
        + node.file().path().getFileName()
        + ":"
        + line;
  }

  /** What a person has to know of it, and can do. */
  String note() {
    return "not known: %s (%s); %d is assumed: %s--size='%s=N' sets another"
        .formatted(
            name,
            place,
            value,
            isOneOfNumbers(name) ? "the program's arguments behind -- decide, " : "",
            name);
  }
}
