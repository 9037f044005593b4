package dev.geminijava.passes.shard;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.HashSet;
import java.util.List;
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
                (code.isBlock() && !method.name().equals("<init>")
                        ? in(code, method)
                        : inLambdas(code, method))
                    .stream())
        .findFirst();
  }

  private Optional<Diagnostic> in(ClassCode code, MethodCode method) {
    return seen.add(method)
        ? first(code, Walk.allExpressions(method.body()).stream())
        : Optional.empty();
  }

  /** Functions that are given to DJL's blocks run in their forward pass. */
  private Optional<Diagnostic> inLambdas(ClassCode code, MethodCode method) {
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
            .flatMap(e -> ((Expression.Other) e).inside().stream())
            .flatMap(statement -> all(statement)));
  }

  private static Stream<Expression> all(Statement statement) {
    return Walk.allExpressions(statement).stream();
  }

  private Optional<Diagnostic> first(ClassCode code, Stream<Expression> expressions) {
    return expressions
        .filter(Expression.Call.class::isInstance)
        .map(Expression.Call.class::cast)
        .flatMap(call -> (isDraw(call) ? Optional.of(note(code, call)) : called(call)).stream())
        .findFirst();
  }

  private static boolean isDraw(Expression.Call call) {
    return TYPES.contains(call.declaring())
        || METHODS.contains(call.declaring() + "." + call.method());
  }

  private Optional<Diagnostic> called(Expression.Call call) {
    List<ClassCode> declaring =
        program.classes().stream().filter(c -> c.name().equals(call.declaring())).toList();
    return declaring.stream()
        .flatMap(
            c ->
                c.methods().stream()
                    .filter(m -> m.name().equals(call.method()))
                    .flatMap(m -> in(c, m).stream()))
        .findFirst();
  }

  private static Diagnostic note(ClassCode code, Expression.Call call) {
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
