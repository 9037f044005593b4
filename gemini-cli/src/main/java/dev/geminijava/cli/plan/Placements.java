package dev.geminijava.cli.plan;

import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.plan.SplitForecast;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.shard.SplitLayer;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the compiler places the layers of a model, and what else it could do with them. */
public final class Placements {

  /** Everything is whole. */
  public static final Placements NONE = new Placements(List.of(), List.of());

  private static final String LINEAR = "ai.djl.nn.core.Linear";

  /** A call of a layer. */
  private record Place(Path file, Span call) {
    static Place of(SourceFile file, Span call) {
      return new Place(file.path(), call);
    }
  }

  /** A layer, in the class whose code calls it. */
  private record Decided(SplitLayer layer, ShardedClass in) {}

  private final Map<Place, Decided> decided = new HashMap<>();
  private final Map<Place, LayerChoice> weighed = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * What was decided.
   *
   * @param decisions of the passes, which know no sizes
   * @param weighings of the same classes, with the costs of each way for the sizes of a model
   */
  public Placements(List<ShardedClass> decisions, List<ShardedClass> weighings) {
    for (ShardedClass code : decisions) {
      code.layers()
          .forEach(l -> decided.put(Place.of(code.code().file(), l.call()), new Decided(l, code)));
    }
    for (ShardedClass code : weighings) {
      code.choices().forEach(c -> weighed.put(Place.of(c.file(), c.call()), c));
      code.forecasts().stream().filter(this::isLoss).map(Placements::text).forEach(warnings::add);
    }
  }

  /** Whether layers that are split are predicted to be slower for it. */
  private boolean isLoss(SplitForecast forecast) {
    Decided first = decided.get(Place.of(forecast.file(), forecast.call()));
    return forecast.isSlower()
        && forecast.basis() == LayerChoice.Basis.SIZES
        && first != null
        && !first.layer().how().equals("whole");
  }

  private static String text(SplitForecast forecast) {
    int line = forecast.file().position(forecast.call().start()).line();
    return forecast.file().path().getFileName() + ":" + line + ": " + forecast.message();
  }

  /** Which splits are predicted to be slower than none. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** What is decided about a layer, or about the block around a linear one. */
  private Optional<Decided> decision(Node node) {
    return places(node).map(decided::get).filter(Objects::nonNull).findFirst();
  }

  private static Stream<Place> places(Node node) {
    Stream<Place> own = Stream.of(Place.of(node.file(), node.span()));
    return node.operation().equals(LINEAR)
        ? Stream.concat(own, node.callers().stream().map(c -> Place.of(c.file(), c.span())))
        : own;
  }

  Split split(Node node) {
    return decision(node)
        .map(
            d ->
                switch (d.layer().how()) {
                  case "column", "vocabulary" -> isGathered(d) ? Split.GATHERED : Split.COLUMN;
                  case "head" -> Split.COLUMN;
                  case "row" -> Split.ROW;
                  default -> Split.WHOLE;
                })
        .orElse(Split.WHOLE);
  }

  private static boolean isGathered(Decided decided) {
    return decided.in().choices().stream()
        .anyMatch(
            choice ->
                choice.call().equals(decided.layer().call())
                    && choice.chosen().equals(LayerChoice.GATHERED));
  }

  /** Why a layer stays whole, as far as the compiler says. */
  String why(Node node) {
    if (decision(node).isEmpty() || split(node) != Split.WHOLE) {
      return "";
    }
    Decided here = decision(node).get();
    Pattern name = Pattern.compile("(^|\\W)" + Pattern.quote(here.layer().name()) + "(\\W|$)");
    return here.in().notes().stream()
        .map(note -> note.message())
        .filter(message -> name.matcher(message.split(" stays? whole", 2)[0]).find())
        .findFirst()
        .orElse("");
  }

  /** The ways to compute a layer, with their costs; empty where there is one only. */
  List<LayerChoice.Alternative> ways(Node node) {
    return places(node)
        .map(weighed::get)
        .filter(Objects::nonNull)
        .findFirst()
        .map(LayerChoice::alternatives)
        .orElse(List.of());
  }
}
