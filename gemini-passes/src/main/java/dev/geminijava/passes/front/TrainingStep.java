package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.InitializerDeclaration;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.MethodCallExpr;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A call {@code trainer.forward(data, labels)} in code that goes backward from a loss.
 *
 * @param file the source
 * @param receiver the trainer in the call
 * @param marked whether the call already says that the loss follows
 * @param obstacle what keeps the loss from being taken for each micro-batch; none when the
 *     predictions get gradients from {@code trainer.getLoss().evaluate(labels, predictions)} alone
 */
public record TrainingStep(
    SourceFile file, Span receiver, boolean marked, Optional<Obstacle> obstacle) {

  /**
   * A use of the predictions that is not understood, or does not fit.
   *
   * @param span where
   * @param reason what is wrong with it
   */
  public record Obstacle(Span span, String reason) {}

  static final String TRAINER = Djl.TRAINER;
  private static final String COLLECTOR = Djl.GRADIENT_COLLECTOR;

  /** Every step of the program, in the order of the text. */
  public static List<TrainingStep> all(Program program, String markOwner, String mark) {
    return program.sources().stream()
        .flatMap(parsed -> all(parsed, program.types(), markOwner, mark))
        .toList();
  }

  private static Stream<TrainingStep> all(
      Parsed parsed, Types types, String markOwner, String mark) {
    return parsed.tree().findAll(MethodCallExpr.class, call -> isForward(call, types)).stream()
        .filter(call -> call.getScope().isPresent())
        .flatMap(
            call -> {
              Optional<Node> body = body(call);
              if (body.isEmpty() || backwards(body.get(), types).isEmpty()) {
                return Stream.empty();
              }
              Expression receiver = call.getScope().orElseThrow();
              boolean marked =
                  Call.unwrapped(receiver) instanceof MethodCallExpr around
                      && around.getNameAsString().equals(mark)
                      && types.method(around).filter(m -> m.is(markOwner, mark)).isPresent();
              Optional<Obstacle> obstacle =
                  marked
                      ? Optional.empty()
                      : new LossFlow(parsed, types, call, backwards(body.get(), types))
                          .obstacle(body.get());
              return Stream.of(
                  new TrainingStep(parsed.file(), parsed.span(receiver), marked, obstacle));
            });
  }

  private static boolean isForward(MethodCallExpr call, Types types) {
    return call.getNameAsString().equals("forward")
        && call.getArguments().size() == 2
        && types.method(call).filter(m -> types.isSubtype(m.owner(), TRAINER)).isPresent();
  }

  private static List<MethodCallExpr> backwards(Node body, Types types) {
    return body.findAll(
        MethodCallExpr.class,
        call ->
            call.getNameAsString().equals("backward")
                && types
                    .method(call)
                    .filter(m -> types.isSubtype(m.owner(), COLLECTOR))
                    .isPresent());
  }

  /** The method, constructor or initializer around a node; lambdas are part of it. */
  private static Optional<Node> body(Node node) {
    for (Node at = node; at != null; at = at.getParentNode().orElse(null)) {
      if (at instanceof CallableDeclaration<?> || at instanceof InitializerDeclaration) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }
}
