package dev.geminijava.cli.command;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Statement;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Follows values from layer to layer through the program's methods: through the forward calls of
 * blocks written by hand, and through {@code add} where a chain of blocks is built. A loop's body
 * is read once.
 */
final class FlowReader {

  private static final String BLOCK = "ai.djl.nn.Block";
  private static final String SEQUENTIAL = "ai.djl.nn.SequentialBlock";

  private final ProgramCode code;
  private final BlockGraph graph = new BlockGraph();

  private ClassCode type;
  private String place;
  private int loops;
  private boolean layers;
  private Map<String, Set<Integer>> values;
  private final Map<String, Integer> chains = new LinkedHashMap<>();
  private Set<Integer> results;

  private FlowReader(ProgramCode code) {
    this.code = code;
  }

  /** The graph of a program. */
  static BlockGraph read(ProgramCode code) {
    FlowReader reader = new FlowReader(code);
    for (ClassCode type : code.classes()) {
      reader.type = type;
      type.constructors().forEach(reader::method);
      type.methods().forEach(reader::method);
    }
    return reader.graph;
  }

  private void method(MethodCode method) {
    place = type.simpleName() + (method.name().equals("<init>") ? "" : "." + method.name());
    values = new LinkedHashMap<>();
    chains.clear();
    results = new LinkedHashSet<>();
    layers = false;
    int input = -1;
    if (type.isBlock() && method.type().equals("ai.djl.ndarray.NDList")) {
      input = graph.add(place, "in", 0, Set.of());
      for (MethodCode.Parameter parameter : method.parameters()) {
        if (parameter.type().startsWith("ai.djl.ndarray.")) {
          values.put(parameter.name(), Set.of(input));
        }
      }
    }
    statement(method.body());
    if (input >= 0 && !layers) {
      graph.dropLast();
    } else if (input >= 0) {
      graph.add(place, "out", 0, results);
    }
  }

  private void statement(Statement statement) {
    if (statement instanceof Statement.Local local) {
      local.value().ifPresent(value -> bind(local.name(), value));
    } else if (statement instanceof Statement.Return returned) {
      returned.expressions().forEach(value -> results.addAll(flow(value)));
    } else if (statement instanceof Statement.ForEach each) {
      values.put(each.variable(), flow(each.iterable()));
      loops++;
      statement(each.body());
      loops--;
    } else if (statement instanceof Statement.Loop loop) {
      loop.first().forEach(this::statement);
      loops++;
      statement(loop.body());
      loops--;
    } else if (statement instanceof Statement.If branch) {
      flow(branch.condition());
      Map<String, Set<Integer>> before = new LinkedHashMap<>(values);
      statement(branch.then());
      Map<String, Set<Integer>> then = values;
      values = before;
      branch.otherwise().ifPresent(this::statement);
      then.forEach((name, from) -> values.merge(name, from, FlowReader::union));
    } else {
      statement.expressions().forEach(this::flow);
      statement.statements().forEach(this::statement);
    }
  }

  private void bind(String name, Expression value) {
    Set<Integer> from = flow(value);
    values.put(name, from);
    if (code.isSubtype(value.type(), SEQUENTIAL) && chains.containsKey("")) {
      chains.put(name, chains.remove(""));
    }
  }

  /** The nodes that an expression's value comes from. */
  private Set<Integer> flow(Expression expression) {
    if (expression instanceof Expression.Name name) {
      return values.getOrDefault(name.name(), Set.of());
    }
    if (expression instanceof Expression.Field field) {
      return values.getOrDefault(field.name(), Set.of());
    }
    if (expression instanceof Expression.Assignment assignment) {
      if (assignment.target() instanceof Expression.Name name) {
        bind(name.name(), assignment.value());
      } else if (assignment.target() instanceof Expression.Field field) {
        bind(field.name(), assignment.value());
      } else {
        flow(assignment.value());
      }
      return flow(assignment.target());
    }
    if (expression instanceof Expression.Call call) {
      return call(call);
    }
    Set<Integer> from = new LinkedHashSet<>();
    expression.parts().forEach(part -> from.addAll(flow(part)));
    return from;
  }

  private Set<Integer> call(Expression.Call call) {
    Set<Integer> from = new LinkedHashSet<>();
    call.receiver().ifPresent(receiver -> from.addAll(flow(receiver)));
    call.arguments().forEach(argument -> from.addAll(flow(argument)));
    if (call.receiver().isEmpty()) {
      return from;
    }
    Expression receiver = call.receiver().get();
    if (call.method().equals("forward") && code.isSubtype(receiver.type(), BLOCK)) {
      layers = true;
      return Set.of(node(call, BlockGraph.label(type.file(), receiver.span()), from));
    }
    boolean chained =
        call.method().startsWith("add")
            && call.declaring().equals(SEQUENTIAL)
            && !call.arguments().isEmpty();
    if (chained) {
      // a.add(x).add(y): the receiver of the second is the first, and the chain goes on.
      String chain = chain(receiver);
      Integer before = chains.get(chain);
      String label = BlockGraph.label(type.file(), call.arguments().get(0).span());
      chains.put(chain, node(call, label, before == null ? Set.of() : Set.of(before)));
    }
    return from;
  }

  private String chain(Expression receiver) {
    Expression root = receiver;
    while (root instanceof Expression.Call call && call.receiver().isPresent()) {
      root = call.receiver().get();
    }
    if (root instanceof Expression.Name name) {
      return name.name();
    }
    return root instanceof Expression.Field field ? field.name() : "";
  }

  private int node(Expression.Call call, String label, Set<Integer> from) {
    int offset = call.receiver().map(r -> r.span().end()).orElse(call.span().start());
    int line = type.file().position(offset).line();
    return graph.add(place, label + (loops > 0 ? "  (in a loop)" : ""), line, from);
  }

  private static Set<Integer> union(Set<Integer> a, Set<Integer> b) {
    Set<Integer> all = new LinkedHashSet<>(a);
    all.addAll(b);
    return all;
  }
}
