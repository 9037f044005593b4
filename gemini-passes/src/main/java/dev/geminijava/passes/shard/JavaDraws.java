package dev.geminijava.passes.shard;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Walk;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What every rank would be answered differently: random numbers of Java's own, the time, the
 * thread. A model that asks in its forward pass takes another way on every rank, or computes with
 * other values, so that parts computed by several ranks do not belong together. Random arrays of
 * DJL's are not meant: the runtime draws them once for all ranks.
 */
final class JavaDraws {

  private static final Set<String> TYPES =
      Set.of(
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.random.RandomGenerator",
          "java.security.SecureRandom",
          "ai.djl.util.RandomUtils",
          "java.lang.Thread");
  private static final Set<String> METHODS =
      Set.of(
          "java.lang.Math.random",
          "java.lang.StrictMath.random",
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.util.UUID.randomUUID",
          "java.util.Collections.shuffle");

  private final ProgramCode program;
  private final Set<MethodCode> seen = new HashSet<>();

  private JavaDraws(ProgramCode program) {
    this.program = program;
  }

  /** A note at the first place where a block asks, if one does. */
  static Optional<Diagnostic> in(ProgramCode program) {
    JavaDraws draws = new JavaDraws(program);
    return Stream.concat(program.classes().stream(), program.anonymous().stream())
        .flatMap(code -> draws.in(code).stream())
        .findFirst();
  }

  private Optional<Diagnostic> in(ClassCode code) {
    return Stream.concat(code.methods().stream(), code.constructors().stream())
        .flatMap(
            method ->
                (code.isBlock() && !method.name().equals("<init>") && !method.isStatic()
                        ? in(code, method)
                        : inFunctions(code, method))
                    .stream())
        .findFirst();
  }

  private Optional<Diagnostic> in(ClassCode code, MethodCode method) {
    return seen.add(method)
        ? first(code, Walk.allExpressions(method.body()).stream())
        : Optional.empty();
  }

  /** Functions that are given to DJL's blocks run in their forward pass. */
  private Optional<Diagnostic> inFunctions(ClassCode code, MethodCode method) {
    return first(
        code,
        Walk.allExpressions(method.body()).stream()
            .filter(
                e ->
                    e instanceof Expression.Call call && call.declaring().startsWith("ai.djl.nn.")
                        || e instanceof Expression.Creation made
                            && made.type().startsWith("ai.djl.nn."))
            .flatMap(e -> e.parts().stream())
            .filter(Expression.Other.class::isInstance)
            .flatMap(e -> all((Expression.Other) e)));
  }

  private static Stream<Expression> all(Expression.Other function) {
    return Stream.concat(
        Stream.of(function),
        function.inside().stream().flatMap(inside -> Walk.allExpressions(inside).stream()));
  }

  private Optional<Diagnostic> first(ClassCode code, Stream<Expression> expressions) {
    return expressions
        .flatMap(
            expression ->
                run(expression)
                    .flatMap(
                        method ->
                            method.isDraw() ? Optional.of(note(code, expression)) : in(method))
                    .stream())
        .findFirst();
  }

  /** A method that a call, or a reference to it, runs. */
  private record Ran(String owner, String name) {

    boolean isDraw() {
      return TYPES.contains(owner) || METHODS.contains(owner + "." + name);
    }
  }

  private static Optional<Ran> run(Expression expression) {
    if (expression instanceof Expression.Call call) {
      return Optional.of(new Ran(call.declaring(), call.method()));
    }
    if (expression instanceof Expression.Other other && other.what().contains("::")) {
      String[] names = other.what().split("::");
      return Optional.of(new Ran(names[0], names[1]));
    }
    return Optional.empty();
  }

  private Optional<Diagnostic> in(Ran called) {
    return program.classes().stream()
        .filter(c -> c.name().equals(called.owner))
        .flatMap(
            c ->
                c.methods().stream()
                    .filter(m -> m.name().equals(called.name))
                    .flatMap(m -> in(c, m).stream()))
        .findFirst();
  }

  private static Diagnostic note(ClassCode code, Expression call) {
    return Diagnostic.note(
        "whole-layer",
        code.file(),
        call.span(),
        "all layers stay whole: "
            + code.file().text(call.span())
            + " answers every rank of a stage differently",
        "draw with an NDManager, which gives all ranks the same numbers");
  }
}
