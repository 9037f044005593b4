package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.lint.Sizes;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds sizes of layers that cannot be shared out evenly. */
public final class DoesNotDivide implements Check {

  private static final String TRANSFORMER = "ai.djl.nn.transformer.";

  /** Percent that one rank may have to do more than an even share before it is a warning. */
  private static final long NOTABLE = 5;

  private static final String UNITS = "units";
  private static final String FILTERS = "filters";

  /** How attention that is written by hand calls its number of heads. */
  private static final Pattern HEADS = Pattern.compile("(?i)(num_?|n_?)?heads?(_?count)?");

  /** A method or constructor that takes the size of something that is split. */
  private record Taker(String owner, String method, int argument, String what) {}

  private static final List<Taker> TAKERS =
      List.of(
          new Taker("ai.djl.nn.core.Linear.Builder", "setUnits", 0, UNITS),
          new Taker(
              "ai.djl.nn.convolutional.Convolution.ConvolutionBuilder", "setFilters", 0, FILTERS),
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
                    size ->
                        size(
                            unit,
                            size.span(),
                            numbers(unit, sizes.of(size), List.of(size)),
                            taker.what(),
                            shards,
                            found));
          }
        }
      }
      for (ClassCode type : unit.classes()) {
        Sizes sizes = new Sizes(unit, new Statement.Block(type.span(), List.of()));
        type.fields().stream()
            .filter(f -> type.isBlock() && HEADS.matcher(f.name()).matches())
            .forEach(
                f ->
                    size(
                        unit,
                        f.span(),
                        numbers(unit, sizes.field(type, f.name()), given(type, f)),
                        "heads",
                        shards,
                        found));
      }
      unit.forwards().forEach(forward -> configured(unit, forward, shards, found));
    }
    return found.stream().distinct().toList();
  }

  /** Heads that a forward pass reads off something else, its configuration for instance. */
  private void configured(LintUnit unit, Forward forward, int shards, List<Diagnostic> found) {
    Set<String> named = new HashSet<>();
    for (Expression expression : Walk.expressions(forward.body())) {
      if (expression instanceof Expression.Field field
          && field.owner().isPresent()
          && HEADS.matcher(field.name()).matches()
          && named.add(field.name())) {
        Set<Long> sizes = unit.insight().numbers(unit.file(), field.span());
        size(unit, field.span(), sizes, "heads", shards, found);
      }
    }
  }

  /** What the text determines, or else what the values came to when the program was evaluated. */
  private static Set<Long> numbers(LintUnit unit, OptionalLong text, List<Expression> values) {
    return text.isPresent()
        ? Set.of(text.getAsLong())
        : values.stream()
            .flatMap(value -> unit.insight().numbers(unit.file(), value.span()).stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What a class sets one of its fields to. */
  private static List<Expression> given(ClassCode type, ClassCode.FieldCode field) {
    List<Expression> values = new ArrayList<>(field.value().stream().toList());
    for (MethodCode constructor : type.constructors()) {
      for (Expression expression : Walk.expressions(constructor.body())) {
        if (expression instanceof Expression.Assignment assignment
            && assignment.target() instanceof Expression.Field target
            && target.name().equals(field.name())) {
          values.add(assignment.value());
        }
      }
    }
    return values;
  }

  /** One finding for a place, about the largest of its sizes that does not divide. */
  private void size(
      LintUnit unit, Span place, Set<Long> sizes, String what, int shards, List<Diagnostic> found) {
    long size =
        sizes.stream().filter(n -> n > 0 && n % shards != 0).mapToLong(n -> n).max().orElse(0);
    if (size > 0) {
      long most = size / shards + 1;
      long surplus = 100 * most * shards / size - 100;
      boolean whole = size < shards;
      Diagnostic finding =
          finding(
              unit,
              place,
              size
                  + " "
                  + what
                  + (sizes.size() > 1 ? " (of " + text(sizes) + ")" : "")
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
                  + size);
      // Of several sizes some may be those of a model that nobody trains.
      boolean little =
          sizes.size() > 1
              || (whole ? what.equals(UNITS) || what.equals(FILTERS) : surplus < NOTABLE);
      found.add(little ? finding.with(Severity.NOTE) : finding);
    }
  }

  private static String text(Set<Long> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining(", "));
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
