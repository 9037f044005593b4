package dev.geminijava.passes.lint;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the values in a file's forward code come from: for each expression the most that it can be
 * on any way through the code. Loops are followed until nothing changes.
 */
public final class Origins {

  /** Views share the memory of what they are a view of. */
  private static final Set<String> VIEWS =
      Set.of(
          "get",
          "head",
          "singletonOrThrow",
          "subNDList",
          "reshape",
          "flatten",
          "expandDims",
          "squeeze",
          "transpose",
          "swapAxes",
          "slice",
          "duplicateView");

  /** Methods of arrays that give their values to Java. */
  private static final Pattern READS =
      Pattern.compile(
          "get(Float|Double|Int|Long|Byte|Uint8|Boolean|String)|to\\w*Array|toByteBuffer"
              + "|contentEquals|allClose|equals");

  private final LintUnit unit;
  private final Map<Expression, Origin> expressions = new IdentityHashMap<>();
  private final Map<Forward, Map<String, Origin>> entries = new IdentityHashMap<>();
  private Map<String, Origin> variables;
  private Forward forward;
  private List<Forward> all;
  private boolean changed;

  private Origins(LintUnit unit) {
    this.unit = unit;
  }

  static Origins of(List<Forward> forwards, LintUnit unit) {
    Origins origins = new Origins(unit);
    origins.all = forwards;
    for (Forward each : forwards) {
      Map<String, Origin> parameters = new HashMap<>();
      if (each.entry()) {
        each.parameters().forEach(p -> parameters.put(p.name(), origins.incoming(p)));
      }
      origins.entries.put(each, parameters);
    }
    for (int round = 0; round == 0 || origins.changed && round < 8; round++) {
      origins.changed = false;
      for (Forward each : forwards) {
        origins.forward = each;
        origins.variables = new HashMap<>(origins.entries.get(each));
        origins.statement(each.body());
      }
    }
    origins.variables = Map.of();
    return origins;
  }

  /** Where an expression of forward code comes from. */
  public Origin of(Expression expression) {
    return expressions.getOrDefault(expression, Origin.ELSEWHERE);
  }

  private Origin incoming(MethodCode.Parameter parameter) {
    boolean arrays =
        parameter.type().equals(Djl.NDLIST)
            || parameter.type().equals(Djl.NDARRAY)
            || parameter.type().equals("java.util.List");
    return arrays ? Origin.INPUT : Origin.ELSEWHERE;
  }

  private void statement(Statement statement) {
    if (statement instanceof Statement.Local local) {
      local.value().ifPresent(value -> variables.put(local.name(), evaluate(value)));
    } else if (statement instanceof Statement.ForEach loop) {
      Origin element = evaluate(loop.iterable());
      repeat(
          () -> {
            variables.put(loop.variable(), element);
            statement(loop.body());
          });
    } else if (statement instanceof Statement.Loop loop) {
      loop.first().forEach(this::statement);
      repeat(
          () -> {
            loop.condition().ifPresent(this::evaluate);
            statement(loop.body());
            loop.update().forEach(this::evaluate);
          });
    } else if (statement instanceof Statement.If choice) {
      evaluate(choice.condition());
      Map<String, Origin> before = new HashMap<>(variables);
      statement(choice.then());
      Map<String, Origin> then = variables;
      variables = before;
      choice.otherwise().ifPresent(this::statement);
      then.forEach((name, origin) -> variables.merge(name, origin, Origin::or));
    } else if (statement instanceof Statement.Other other) {
      repeat(() -> other.inside().forEach(this::statement));
    } else {
      statement.expressions().forEach(this::evaluate);
      statement.statements().forEach(this::statement);
    }
  }

  /** Any number of times: a second turn sees what the first one left. */
  private void repeat(Runnable body) {
    for (int turn = 0; turn < 2; turn++) {
      Map<String, Origin> before = new HashMap<>(variables);
      body.run();
      before.forEach((name, origin) -> variables.merge(name, origin, Origin::or));
    }
  }

  private Origin evaluate(Expression expression) {
    Origin origin = compute(expression);
    Origin before = expressions.merge(expression, origin, Origin::or);
    return before;
  }

  private Origin compute(Expression expression) {
    if (expression instanceof Expression.Name name) {
      return variables.getOrDefault(name.name(), Origin.ELSEWHERE);
    }
    if (expression instanceof Expression.Call call) {
      return call(call);
    }
    if (expression instanceof Expression.Assignment assignment) {
      Origin value = evaluate(assignment.value());
      Expression target = assignment.target();
      evaluate(target);
      if (target instanceof Expression.Name name) {
        variables.put(name.name(), value);
      } else if (target instanceof Expression.Other cell
          && !cell.parts().isEmpty()
          && cell.parts().get(0) instanceof Expression.Name array) {
        variables.merge(array.name(), value, Origin::or);
      }
      return value;
    }
    if (expression instanceof Expression.Creation creation) {
      Origin made = join(creation.arguments());
      return creation.type().equals(Djl.NDLIST)
          ? made
          : isTensor(creation.type()) ? made : keep(made);
    }
    if (expression instanceof Expression.Conditional choice) {
      evaluate(choice.condition());
      return evaluate(choice.then()).or(evaluate(choice.otherwise()));
    }
    if (expression instanceof Expression.Other other) {
      return other(other);
    }
    if (expression instanceof Expression.Field field) {
      field.owner().ifPresent(this::evaluate);
      return Origin.ELSEWHERE;
    }
    return ofParts(expression.type(), join(expression.parts()), expression.parts());
  }

  private Origin other(Expression.Other other) {
    if (other.inside().isEmpty()) {
      return join(other.parts());
    }
    if (other.what().equals("Lambda")) {
      // What a lambda is given is not known; most often it is an element of a list.
      other.inside().stream()
          .filter(s -> s instanceof Statement.Local l && l.value().isEmpty())
          .map(Statement.Local.class::cast)
          .filter(l -> isTensor(l.type()))
          .forEach(l -> variables.put(l.name(), Origin.COMPUTED));
    }
    other.inside().forEach(this::statement);
    List<Expression> parts =
        other.inside().stream().flatMap(s -> s.expressions().stream()).toList();
    Origin joined = parts.stream().map(this::of).reduce(Origin.ELSEWHERE, Origin::or);
    return ofParts(other.type(), joined, parts);
  }

  /** To compare an array with null, or to ask for its class, reads none of its values. */
  private Origin ofParts(String type, Origin joined, List<Expression> parts) {
    if (isTensor(type)) {
      return joined;
    }
    return parts.stream().anyMatch(part -> of(part) == Origin.READ)
        ? Origin.READ
        : Origin.ELSEWHERE;
  }

  private Origin call(Expression.Call call) {
    Origin receiver = call.receiver().map(this::evaluate).orElse(Origin.ELSEWHERE);
    Origin arguments = join(call.arguments());
    if (call.method().equals("forward") && unit.isOn(call, Djl.BLOCK)) {
      return Origin.ACTIVATION;
    }
    if (unit.isOn(call, Djl.PARAMETER_STORE) || unit.isOn(call, Djl.PARAMETER)) {
      return isTensor(call.type()) ? Origin.WEIGHT : Origin.ELSEWHERE;
    }
    boolean tensor = isTensor(call.type());
    boolean onTensor = unit.isOn(call, Djl.NDARRAY) || unit.isOn(call, Djl.NDLIST);
    if (onTensor && tensor && VIEWS.contains(call.method())) {
      return receiver;
    }
    if (call.receiver().map(LintUnit::isSelf).orElse(true)) {
      passOn(call);
    }
    Origin joined = receiver.or(arguments);
    if (!tensor) {
      boolean reads = onTensor && receiver.isBatch() && READS.matcher(call.method()).matches();
      boolean follows = receiver == Origin.READ || arguments == Origin.READ;
      return reads || follows ? Origin.READ : Origin.ELSEWHERE;
    }
    return keep(joined);
  }

  /** Tells a method of the same class what it is given. */
  private void passOn(Expression.Call call) {
    for (Forward helper : all) {
      if (!helper.entry()
          && helper.owner() == forward.owner()
          && helper.name().equals(call.method())
          && helper.parameters().size() == call.arguments().size()) {
        Map<String, Origin> given = entries.get(helper);
        for (int i = 0; i < call.arguments().size(); i++) {
          Origin argument = of(call.arguments().get(i));
          String name = helper.parameters().get(i).name();
          Origin known = given.getOrDefault(name, Origin.ELSEWHERE);
          if (known.or(argument) != known) {
            given.put(name, argument);
            changed = true;
          }
        }
      }
    }
  }

  private Origin join(List<Expression> parts) {
    Origin joined = Origin.ELSEWHERE;
    for (Expression part : parts) {
      joined = joined.or(evaluate(part));
    }
    return joined;
  }

  /** What an operation gives out is an array of its own. */
  private static Origin keep(Origin origin) {
    return origin.isBatch() ? Origin.COMPUTED : origin;
  }

  private static boolean isTensor(String type) {
    return type.equals(Djl.NDLIST)
        || type.equals(Djl.NDARRAY)
        || type.startsWith(Djl.NDARRAY + "[")
        || type.equals("java.util.List");
  }
}
