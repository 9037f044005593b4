package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ModelGraph;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The models that a program makes, and what they compute. Nothing of the program is loaded or run:
 * its main methods are evaluated, with arguments that are not known unless they are given; where
 * they make no model, each method that sets a model's block; and where nothing does, each class
 * that is a block and each method that returns one.
 */
public final class Evaluation {

  private static final long STACK = 512L << 20;

  /** How data sets are told how many samples make a batch. */
  private static final String SAMPLING = "setSampling";

  private static final Set<String> MAKERS = Set.of("setBlock", "optBlock");

  private final ProgramCode program;
  private final LibraryCode library;
  private final RuleTable rules;
  private final Optional<List<String>> arguments;

  private Evaluation(
      ProgramCode program, LibraryCode library, RuleTable rules, Optional<List<String>> arguments) {
    this.program = program;
    this.library = library;
    this.rules = rules;
    this.arguments = arguments;
  }

  /**
   * Evaluates a program.
   *
   * @param library the sources of DJL that the program uses
   * @param rules for layers and methods that have no source there
   */
  public static Evaluation of(ProgramCode program, LibraryCode library, RuleTable rules) {
    return new Evaluation(program, library, rules, Optional.empty());
  }

  /** The same program, started with these arguments. */
  public Evaluation with(List<String> words) {
    return new Evaluation(program, library, rules, Optional.of(List.copyOf(words)));
  }

  /**
   * The models in the order in which they are made.
   *
   * @param inputs the shapes of what goes in; where there are none, those that the program
   *     initialises its models with, or else names
   */
  public List<ModelGraph> models(List<Extents> inputs) {
    return withStack(() -> found(inputs, true, (code, expression, value) -> {}));
  }

  /** The blocks that it makes models of, and what came up on the way. */
  public Insight insight() {
    Map<SourceFile, Map<Span, Set<Long>>> numbers = new HashMap<>();
    List<ModelGraph> models =
        withStack(
            () ->
                found(
                    List.of(),
                    false,
                    (code, expression, value) ->
                        value
                            .number()
                            .ifPresent(
                                number ->
                                    numbers
                                        .computeIfAbsent(code.file(), f -> new HashMap<>())
                                        .computeIfAbsent(
                                            expression.span(), s -> new LinkedHashSet<>())
                                        .add(number))));
    return new Insight(models, numbers);
  }

  /** Evaluation goes as deep as the program does. */
  static <T> T withStack(Supplier<T> action) {
    AtomicReference<T> result = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                result.set(action.get());
              } catch (RuntimeException | Error e) {
                failure.set(e);
              }
            },
            "evaluate",
            STACK);
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while evaluating", e);
    }
    if (failure.get() != null) {
      throw new IllegalStateException("evaluation failed", failure.get());
    }
    return result.get();
  }

  private List<ModelGraph> found(
      List<Extents> inputs, boolean anyBlock, Evaluator.Observer observer) {
    Set<Span> seen = new HashSet<>();
    Map<SourceFile, Set<Span>> sampling = batches();
    Set<Long> batches = new HashSet<>();
    Evaluator evaluator =
        new Evaluator(
            new Classes(program, library),
            rules,
            (code, expression, value) -> {
              observer.saw(code, expression, value);
              if (isMaker(expression)) {
                seen.add(expression.span());
              }
              if (sampling.getOrDefault(code.file(), Set.of()).contains(expression.span())) {
                batches.add(value.number().orElse(0L));
              }
            });
    Entries entries = new Entries(evaluator);
    for (ClassCode code : program.classes()) {
      for (MethodCode method : code.methods()) {
        if (method.name().equals("main") && method.modifiers().contains("static")) {
          if (arguments.isPresent() && method.parameters().size() == 1) {
            entries.start(code, method, arguments.get());
          } else {
            entries.run(code, method);
          }
        }
      }
    }
    for (ClassCode code : program.classes()) {
      for (MethodCode method : code.methods()) {
        boolean open =
            Walk.expressions(method.body()).stream()
                .anyMatch(e -> isMaker(e) && !seen.contains(e.span()));
        if (open) {
          entries.run(code, method);
        }
      }
    }
    Map<Value, Framework.Made> made = new LinkedHashMap<>();
    evaluator.calls.djl().made().forEach(m -> made.put(m.block(), m));
    if (made.isEmpty() && anyBlock) {
      everyBlock(entries).forEach(m -> made.putIfAbsent(m.block(), m));
    }
    List<ModelGraph> graphs = new ArrayList<>();
    for (Framework.Made model : made.values()) {
      for (Value.Instance block : blocks(model.block())) {
        graphs.add(new Tracing(evaluator).graph(block, model, inputs).sampled(batches));
      }
    }
    return List.copyOf(graphs);
  }

  private static List<Value.Instance> blocks(Value value) {
    List<Value> options = value instanceof Value.Choice c ? c.options() : List.of(value);
    return options.stream()
        .filter(Value.Instance.class::isInstance)
        .map(Value.Instance.class::cast)
        .toList();
  }

  /** Where data sets are told how many samples make a batch. */
  private Map<SourceFile, Set<Span>> batches() {
    Map<SourceFile, Set<Span>> places = new HashMap<>();
    for (ClassCode code : program.classes()) {
      for (MethodCode method : code.methods()) {
        for (Expression expression : Walk.allExpressions(method.body())) {
          if (expression instanceof Expression.Call call
              && call.method().equals(SAMPLING)
              && !call.arguments().isEmpty()
              && call.arguments().get(0).type().equals("int")) {
            places
                .computeIfAbsent(code.file(), f -> new HashSet<>())
                .add(call.arguments().get(0).span());
          }
        }
      }
    }
    return places;
  }

  private static boolean isMaker(Expression expression) {
    return expression instanceof Expression.Call call && MAKERS.contains(call.method());
  }

  private List<Framework.Made> everyBlock(Entries entries) {
    List<Framework.Made> made = new ArrayList<>();
    for (ClassCode code : program.classes()) {
      if (code.isBlock() && code.isConcrete()) {
        Optional<Value> block = entries.make(code);
        block.ifPresent(
            b ->
                made.add(
                    new Framework.Made(new Trace.Place(code.file(), code.span()), b, List.of())));
      }
      for (MethodCode method : code.methods()) {
        boolean makes =
            !code.isBlock()
                && !method.modifiers().contains("private")
                && entries.isBlock(method.type());
        if (makes) {
          entries
              .run(code, method)
              .ifPresent(
                  b ->
                      made.add(
                          new Framework.Made(
                              new Trace.Place(code.file(), method.span()), b, List.of())));
        }
      }
    }
    return made;
  }
}
