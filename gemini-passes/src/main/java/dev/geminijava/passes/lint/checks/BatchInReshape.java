package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Fix;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.Forward;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.lint.Sizes;
import dev.geminijava.passes.model.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds {@code x.reshape(32, …)} on a value whose first axis is the batch. */
public final class BatchInReshape implements Check {

  private static final Pattern BATCH_NAME =
      Pattern.compile("(?i)(get)?(\\w*_|mini|train|eval|n|num)*batch(_?size|_?len)?|bs");

  /** Methods that make an array of a size; in forward code that is one for each sample. */
  private static final Set<String> MAKERS = Set.of("zeros", "ones", "full", "broadcast", "repeat");

  @Override
  public String code() {
    return "batch-in-reshape";
  }

  @Override
  public String title() {
    return "the size of the batch is written into a reshape";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Forward forward : unit.forwards()) {
      Sizes sizes = new Sizes(unit, forward.body());
      LintUnit.calls(
          forward.body(),
          call -> {
            List<Expression> extents = extents(call);
            boolean made =
                MAKERS.contains(call.method())
                    && extents.size() > 1
                    && (unit.isOn(call, Djl.NDMANAGER) || unit.isOn(call, Djl.NDARRAY))
                    && isNamedBatch(extents.get(0));
            if (made) {
              found.add(finding(unit, extents.get(0), sizes.of(extents.get(0)), List.of(), sizes));
            }
            boolean isReshape =
                call.method().equals("reshape")
                    && unit.isOn(call, Djl.NDARRAY)
                    && extents.size() > 1;
            if (isReshape && unit.origins().of(call.receiver().orElseThrow()).isBatch()) {
              Expression first = extents.get(0);
              OptionalLong size = sizes.of(first);
              boolean fixed = size.isPresent() && size.getAsLong() > 1;
              if (fixed || isNamedBatch(first)) {
                found.add(finding(unit, first, size, extents, sizes));
              }
            }
          });
    }
    return found;
  }

  private Diagnostic finding(
      LintUnit unit, Expression first, OptionalLong size, List<Expression> all, Sizes sizes) {
    String written = unit.quote(first);
    String value =
        size.isPresent() && !written.equals(size.getAsLong() + "")
            ? written + " = " + size.getAsLong()
            : written;
    Diagnostic plain =
        finding(
            unit,
            first.span(),
            "the first axis is fixed to " + value + ", but a micro-batch has fewer samples",
            (all.isEmpty() ? "" : "write -1, or ")
                + "take the size from the array: x.getShape().get(0)");
    boolean free =
        !all.isEmpty()
            && all.stream()
                .skip(1)
                .map(sizes::of)
                .allMatch(other -> other.isPresent() && other.getAsLong() > 0);
    // Only where no other size can be zero or -1 is there exactly one way to say it.
    Optional<Fix> fix =
        free
            ? Optional.of(
                new Fix(
                    "let the first axis follow from the others",
                    List.of(new Fix.Replacement(first.span(), "-1"))))
            : Optional.empty();
    return new Diagnostic(
        plain.severity(),
        plain.code(),
        plain.file(),
        plain.span(),
        plain.message(),
        plain.cure(),
        fix);
  }

  private static List<Expression> extents(Expression.Call call) {
    if (!call.arguments().isEmpty()
        && call.arguments().get(0) instanceof Expression.Creation shape
        && shape.type().equals(Djl.SHAPE)) {
      return shape.arguments();
    }
    return call.arguments();
  }

  /** A field, or a getter of something else than an array, that is called after the batch. */
  private static boolean isNamedBatch(Expression expression) {
    return expression instanceof Expression.Field field
            && BATCH_NAME.matcher(field.name()).matches()
        || expression instanceof Expression.Call getter
            && getter.arguments().isEmpty()
            && !getter.declaring().startsWith(Djl.PACKAGE)
            && BATCH_NAME.matcher(getter.method()).matches();
  }
}
