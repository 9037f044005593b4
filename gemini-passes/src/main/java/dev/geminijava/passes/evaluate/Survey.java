package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.evaluate.Coverage.Item;
import dev.geminijava.passes.evaluate.Coverage.Kind;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Gap;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Evaluates each constructor and method that has to do with models, and notes what came of it. */
final class Survey {

  private final ProgramCode program;
  private final Evaluator evaluator;
  private final Entries entries;
  private final Map<SourceFile, Map<Span, Value>> seen = new IdentityHashMap<>();
  private final Map<MethodCode, String> failures = new IdentityHashMap<>();
  private final List<Item> items = new ArrayList<>();

  Survey(ProgramCode program, LibraryCode library, RuleTable rules) {
    this.program = program;
    evaluator = new Evaluator(new Classes(program, library), rules, this::saw);
    entries = new Entries(evaluator);
  }

  private void saw(ClassCode code, Expression expression, Value value) {
    if (expression instanceof Expression.Call || expression instanceof Expression.Creation) {
      seen.computeIfAbsent(code.file(), f -> new HashMap<>())
          .merge(expression.span(), value, (old, now) -> isKnown(old) ? old : now);
    }
  }

  private boolean isKnown(Value value) {
    return value instanceof Value.Instance
        || value instanceof Value.Unknown unknown && evaluator.ruled.knowsLayer(unknown.type())
        || value instanceof Value.Choice choice
            && choice.options().stream().anyMatch(this::isKnown);
  }

  Coverage coverage() {
    List<ClassCode> classes = new ArrayList<>(program.classes());
    classes.addAll(program.anonymous());
    classes.forEach(this::evaluate);
    for (ClassCode code : classes) {
      model(code);
      Set<Span> noted = new HashSet<>();
      for (Expression expression : expressions(code)) {
        if (noted.add(expression.span())) {
          maker(code, expression);
          layer(code, expression);
        }
      }
      code.methods().forEach(method -> forward(code, method));
    }
    return new Coverage(items);
  }

  private void evaluate(ClassCode code) {
    boolean relevant =
        code.isBlock() || expressions(code).stream().anyMatch(e -> isLayer(e) || isMaker(e));
    if (!relevant) {
      return;
    }
    if (code.isConcrete() && !code.name().isEmpty()) {
      entries.make(code);
      for (MethodCode constructor : code.constructors()) {
        entries.construct(code, constructor);
      }
    }
    code.methods().forEach(method -> run(code, method));
  }

  private void run(ClassCode code, MethodCode method) {
    boolean relevant =
        isForward(code, method)
            || Walk.expressions(method.body()).stream().anyMatch(e -> isLayer(e) || isMaker(e));
    if (relevant) {
      if (entries.run(code, method).isEmpty()) {
        failures.put(method, entries.last());
      }
    }
  }

  private static List<Expression> expressions(ClassCode code) {
    List<Expression> all = new ArrayList<>();
    code.fields().forEach(f -> f.value().ifPresent(v -> Walk.expressions(v, all::add)));
    code.constructors().forEach(c -> all.addAll(Walk.expressions(c.body())));
    code.methods().forEach(m -> all.addAll(Walk.expressions(m.body())));
    code.frame().initialisers().forEach(i -> all.addAll(Walk.expressions(i.body())));
    return all;
  }

  private boolean isLayer(Expression expression) {
    if (!entries.isBlock(expression.type())) {
      return false;
    }
    if (expression instanceof Expression.Creation) {
      return true;
    }
    return expression instanceof Expression.Call call
        && (call.method().equals("build") && call.receiver().isPresent()
            || call.receiver().isEmpty() && isStatic(call));
  }

  private boolean isStatic(Expression.Call call) {
    return evaluator
        .classes
        .find(call.declaring())
        .map(
            code ->
                code.methods().stream()
                    .anyMatch(
                        m ->
                            m.name().equals(call.method())
                                && m.modifiers().contains("static")
                                && m.parameters().size() == call.parameters().size()))
        .orElse(false);
  }

  private static boolean isMaker(Expression expression) {
    return expression instanceof Expression.Call call
        && (call.method().equals("setBlock") && call.declaring().equals(Djl.MODEL)
            || call.method().equals("optBlock"));
  }

  private boolean isForward(ClassCode code, MethodCode method) {
    boolean arrays =
        method.type().equals(Djl.NDLIST)
            || method.type().equals(Djl.NDARRAY)
            || method.parameters().stream()
                .anyMatch(p -> p.type().equals(Djl.NDLIST) || p.type().equals(Djl.NDARRAY));
    List<Statement> body = method.body().statements();
    boolean refuses = body.size() == 1 && body.get(0) instanceof Statement.Throw;
    return code.isBlock() && arrays && !refuses;
  }

  private void model(ClassCode code) {
    if (code.isBlock() && code.isConcrete() && !code.name().isEmpty()) {
      boolean anonymous = program.anonymous().contains(code);
      boolean made = anonymous || entries.make(code).isPresent();
      String why = made ? "" : entries.why(code);
      items.add(new Item(Kind.MODEL, code.file(), code.span(), "class " + code.simpleName(), why));
    }
  }

  private void maker(ClassCode code, Expression expression) {
    if (isMaker(expression)) {
      boolean reached = value(code, expression).isPresent();
      items.add(
          new Item(
              Kind.MODEL,
              code.file(),
              expression.span(),
              "a model's block",
              reached ? "" : unreached(code, expression)));
    }
  }

  private Optional<Value> value(ClassCode code, Expression expression) {
    return Optional.ofNullable(seen.getOrDefault(code.file(), Map.of()).get(expression.span()));
  }

  private void layer(ClassCode code, Expression expression) {
    if (!isLayer(expression)) {
      return;
    }
    Optional<Value> value = value(code, expression);
    String why =
        value.isEmpty()
            ? unreached(code, expression)
            : isKnown(value.get()) ? "" : "which layer it is depends on " + Paths.of(value.get());
    String type = expression.type();
    items.add(
        new Item(
            Kind.LAYER,
            code.file(),
            expression.span(),
            type.substring(type.lastIndexOf('.') + 1),
            why));
  }

  /** Why evaluation does not come to a place: what ended the method around it. */
  private String unreached(ClassCode code, Expression expression) {
    return evaluator.trace.gaps().stream()
        .filter(g -> g.file() == code.file() && g.span().end() <= expression.span().start())
        .filter(g -> methodAt(code, g.span()) == methodAt(code, expression.span()))
        .findFirst()
        .map(Gap::why)
        .orElseGet(
            () ->
                failures.getOrDefault(
                    methodAt(code, expression.span()), "evaluation does not come here"));
  }

  private static MethodCode methodAt(ClassCode code, Span span) {
    return code.methods().stream().filter(m -> m.span().contains(span)).findFirst().orElse(null);
  }

  private void forward(ClassCode code, MethodCode method) {
    if (!isForward(code, method)) {
      return;
    }
    String why =
        evaluator.trace.gaps().stream()
            .filter(g -> g.file() == code.file() && method.span().contains(g.span()))
            .findFirst()
            .map(Gap::why)
            .orElseGet(() -> failures.getOrDefault(method, ""));
    items.add(
        new Item(
            Kind.FORWARD,
            code.file(),
            method.span(),
            code.simpleName() + "." + method.name(),
            why));
  }
}
