package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.lint.Sizes;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Finds sizes of layers that cannot be shared out evenly. */
public final class DoesNotDivide implements Check {

  private static final String TRANSFORMER = "ai.djl.nn.transformer.";

  /** Percent that one rank may have to do more than an even share before it is a warning. */
  private static final long NOTABLE = 5;

  private static final String UNITS = "units";

  /** How attention that is written by hand calls its number of heads. */
  private static final Pattern HEADS = Pattern.compile("(?i)(num_?|n_?)?heads?(_?count)?");

  /** A method or constructor that takes the size of something that is split. */
  private record Taker(String owner, String method, int argument, String what) {}

  private static final List<Taker> TAKERS =
      List.of(
          new Taker("ai.djl.nn.core.Linear.Builder", "setUnits", 0, UNITS),
          new Taker(
              TRANSFORMER + "ScaledDotProductAttentionBlock.Builder", "setHeadCount", 0, "heads"),
          new Taker(TRANSFORMER + "BertBlock.Builder", "optAttentionHeadCount", 0, "heads"),
          new Taker(TRANSFORMER + "BertBlock.Builder", "optHiddenSize", 0, UNITS),
          new Taker(TRANSFORMER + "BertBlock.Builder", "optEmbeddingSize", 0, UNITS),
          new Taker(TRANSFORMER + "BertBlock.Builder", "setTokenDictionarySize", 0, "words"),
          new Taker(TRANSFORMER + "IdEmbedding.Builder", "setDictionarySize", 0, "words"),
          new Taker(TRANSFORMER + "IdEmbedding.Builder", "setEmbeddingSize", 0, UNITS),
          new Taker("ai.djl.nn.core.Embedding.BaseBuilder", "setEmbeddingSize", 0, UNITS),
          new Taker(TRANSFORMER + "TransformerEncoderBlock", "<init>", 1, "heads"),
          new Taker(TRANSFORMER + "TransformerEncoderBlock", "<init>", 2, UNITS));

  @Override
  public String code() {
    return "does-not-divide";
  }

  @Override
  public String title() {
    return "a size that does not divide by the number of shards";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  /** Says nothing where the number of shards is not known. */
  @Override
  public List<Diagnostic> run(LintUnit unit) {
    int shards = unit.degrees().shards().orElse(1);
    List<Diagnostic> found = new ArrayList<>();
    if (shards > 1) {
      for (Statement body : unit.bodies()) {
        Sizes sizes = new Sizes(unit, body);
        for (Expression expression : Walk.allExpressions(body)) {
          for (Taker taker : TAKERS) {
            taken(unit, expression, taker)
                .ifPresent(
                    size -> size(unit, size.span(), sizes.of(size), taker.what(), shards, found));
          }
        }
      }
      for (ClassCode type : unit.classes()) {
        Sizes sizes = new Sizes(unit, new Statement.Block(type.span(), List.of()));
        type.fields().stream()
            .filter(f -> type.isBlock() && HEADS.matcher(f.name()).matches())
            .forEach(
                f -> size(unit, f.span(), sizes.field(type, f.name()), "heads", shards, found));
      }
    }
    return found.stream().distinct().toList();
  }

  private void size(
      LintUnit unit,
      Span place,
      OptionalLong size,
      String what,
      int shards,
      List<Diagnostic> found) {
    if (size.isPresent() && size.getAsLong() % shards != 0) {
      long most = size.getAsLong() / shards + 1;
      long surplus = 100 * most * shards / size.getAsLong() - 100;
      boolean whole = size.getAsLong() < shards;
      Diagnostic finding =
          finding(
              unit,
              place,
              size.getAsLong()
                  + " "
                  + what
                  + " do not divide by "
                  + shards
                  + " shards: "
                  + (whole
                      ? "what they belong to is not split"
                      : "a rank has up to "
                          + most
                          + ", "
                          + surplus
                          + "% more than an even share, and the others wait for it"),
              "take "
                  + most * shards
                  + ", the next size that divides, or a --sharding-size that divides "
                  + size.getAsLong());
      boolean little = whole ? what.equals(UNITS) : surplus < NOTABLE;
      found.add(little ? finding.with(Severity.NOTE) : finding);
    }
  }

  private static Optional<Expression> taken(LintUnit unit, Expression expression, Taker taker) {
    List<Expression> arguments = List.of();
    if (expression instanceof Expression.Creation creation
        && taker.method().equals("<init>")
        && unit.isA(creation.type(), taker.owner())) {
      arguments = creation.arguments();
    } else if (expression instanceof Expression.Call call
        && call.method().equals(taker.method())
        && call.declaring().equals(taker.owner())) {
      arguments = call.arguments();
    }
    return arguments.size() > taker.argument()
        ? Optional.of(arguments.get(taker.argument()))
        : Optional.empty();
  }
}
