package dev.geminijava.passes.plan;

import dev.geminijava.passes.plan.LayerChoice.Basis;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What may be done with one block class.
 *
 * @param block its qualified name
 * @param file where it stands
 * @param placements what is said about its layers' parameters
 * @param cuts where stages may end
 * @param reasons why layers stay whole
 * @param choices what each layer could do instead, and at what cost
 * @param forecasts what splitting is predicted to bring
 */
public record BlockPlan(
    String block,
    Path file,
    List<Parameters> placements,
    List<Cut> cuts,
    List<String> reasons,
    List<LayerChoice> choices,
    List<SplitForecast> forecasts) {

  /**
   * How a layer's parameters lie.
   *
   * @param layer what the block calls the layer
   * @param line where it is called
   * @param call the call
   * @param split how it is split, as the runtime calls it: {@code column}, {@code head}, {@code
   *     row}, {@code whole}
   */
  public record Parameters(String layer, int line, Span call, String split) {

    /** How the weight lies, its axes being output and input features. */
    public Placement weight() {
      return switch (split) {
        case "column", "head", "vocabulary" -> new Placement.Shard(-2);
        case "row" -> new Placement.Shard(-1);
        default -> Placement.REPLICATE;
      };
    }

    private String text() {
      return switch (split) {
        case "column" -> "split by output features";
        case "vocabulary" -> "split by the rows of its table, partial sums added up";
        case "head" -> "split by output features if these are many, the result put together late";
        case "row" -> "split by input features, partial sums added up";
        default -> "whole on every rank";
      };
    }
  }

  String text() {
    StringBuilder text = new StringBuilder(block).append('\n');
    placements.forEach(
        p -> text.append("  line %d: %s %s\n".formatted(p.line(), p.layer(), p.text())));
    costs(text);
    if (!cuts.isEmpty()) {
      text.append(cuts.size() == 1 ? "  1 place" : "  " + cuts.size() + " places")
          .append(" where a stage may end:\n");
      cuts.forEach(c -> text.append("    line %d: after %s\n".formatted(c.line(), c.layer())));
    }
    reasons.forEach(r -> text.append("  note: ").append(r).append('\n'));
    return text.toString();
  }

  /** What is known well enough to be weighed. */
  private void costs(StringBuilder text) {
    List<LayerChoice> known = choices.stream().filter(c -> c.basis() != Basis.NOTHING).toList();
    if (known.isEmpty()) {
      return;
    }
    boolean assumed = known.stream().anyMatch(c -> c.basis() == Basis.FEATURES);
    text.append("  a training step would take each of %d ranks".formatted(known.get(0).ranks()))
        .append(assumed ? String.format(Locale.ROOT, " (for %,d rows)", LayerChoice.ROWS) : "")
        .append(":\n");
    known.forEach(choice -> text.append("    ").append(choice.text()).append('\n'));
    forecasts.stream()
        .filter(f -> f.basis() != Basis.NOTHING)
        .forEach(f -> text.append("    ").append(f.message()).append('\n'));
  }
}
