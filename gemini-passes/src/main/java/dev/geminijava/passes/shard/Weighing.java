package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.plan.LayerChoice.Alternative;
import dev.geminijava.passes.plan.LayerChoice.Basis;
import dev.geminijava.passes.plan.SplitForecast;
import dev.geminijava.passes.shard.search.Collective;
import dev.geminijava.passes.shard.search.Cost;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Problem;
import dev.geminijava.passes.shard.search.Split;
import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Weighs the ways in which the layers of a class can be computed. Who asks for sharding gets it: a
 * pair of layers that the propagation has shown to go together is split even where that is
 * predicted to be slower, with a warning; which pairs are formed, and whether a layer without a
 * partner is split and gathered, is decided by costs.
 */
final class Weighing {

  /** Features of a layer of which nothing is known. */
  private static final double FEATURES = 1024;

  /** A gather that was not there before has to be worth it, predictions being what they are. */
  private static final double WORTH = 1.2;

  /** What a call has to do each time that it runs in a batch. */
  private record Load(List<Work> works, Basis basis) {
    Cost sum(Function<Work, Cost> cost) {
      return works.stream().map(cost).reduce(Cost.NONE, Cost::plus);
    }
  }

  private final ClassCode code;
  private final CostModel costs;
  private final List<LayerUse> uses;
  private final Map<Span, Load> loads = new HashMap<>();

  Weighing(Analysis analysis, Workload workload, CostModel costs) {
    this.code = analysis.code;
    this.costs = costs;
    this.uses =
        analysis.uses.values().stream()
            // In the order of evaluation: a call that is another one's argument ends before it.
            .sorted(Comparator.comparingInt(use -> use.call().end()))
            .toList();
    uses.forEach(use -> loads.put(use.call(), load(use, workload)));
  }

  private Load load(LayerUse use, Workload workload) {
    List<Work> known = workload.of(code.file(), use.call());
    if (!known.isEmpty()) {
      return new Load(known, Basis.SIZES);
    }
    if (use.rule().gathered()) {
      double width = number(use.features()).orElse(FEATURES);
      return new Load(
          List.of(Work.lookup(LayerChoice.ROWS, LayerChoice.ROWS, width)), Basis.NOTHING);
    }
    Optional<Double> inputs = use.inputs().flatMap(Weighing::number);
    Optional<Double> outputs = number(use.features());
    return new Load(
        List.of(Work.linear(LayerChoice.ROWS, inputs.orElse(FEATURES), outputs.orElse(FEATURES))),
        inputs.isPresent() && outputs.isPresent() && use.rule().isLinear()
            ? Basis.FEATURES
            : Basis.NOTHING);
  }

  private static Optional<Double> number(Dim dim) {
    return dim.isNumber() ? Optional.of((double) dim.numerator()) : Optional.empty();
  }

  /** The calls of all layers that could be split. */
  List<Span> calls() {
    return uses.stream().map(LayerUse::call).toList();
  }

  /** Whether anything is known that could speak for other choices than the first ones. */
  boolean isInformed() {
    return loads.values().stream().anyMatch(load -> load.basis() != Basis.NOTHING);
  }

  /** The calls of all layers that could be split, with their file. */
  Set<Workload.Place> places() {
    return uses.stream()
        .map(use -> new Workload.Place(code.file(), use.call()))
        .collect(Collectors.toSet());
  }

  /**
   * What may be done with each layer call. The strategies' names are those of {@link LayerChoice}.
   *
   * @param first the number that the first node is to have
   * @param scarce whether layers may be split and gathered for memory's sake alone
   */
  Part part(List<Pairing> pairings, int first, boolean scarce) {
    Map<Span, Integer> index = new HashMap<>();
    List<Problem.Node> nodes = new ArrayList<>();
    for (LayerUse use : uses) {
      index.put(use.call(), nodes.size());
      // Files of one name may have a call at the same place.
      nodes.add(Problem.Node.alone((first + nodes.size()) + "", strategies(use, pairings, scarce)));
    }
    List<Problem.Edge> edges = new ArrayList<>();
    for (Pairing pairing : pairings) {
      for (Span column : pairing.columns()) {
        Stream.concat(
                pairing.rows().stream().map(row -> Map.entry(row, Split.ROW.label())),
                pairing.columns().stream().map(other -> Map.entry(other, Split.COLUMN.label())))
            .filter(other -> !other.getKey().equals(column) && !pairing.rows().isEmpty())
            .forEach(
                other -> {
                  int from = index.get(column);
                  int to = index.get(other.getKey());
                  List<List<Cost>> costs = together(nodes, from, to, other.getValue());
                  edges.add(new Problem.Edge(first + from, first + to, costs));
                });
      }
    }
    return new Part(nodes, edges);
  }

  /**
   * The decisions about one class in a larger problem.
   *
   * @param nodes one for each layer call, in the order of {@link #calls()}
   * @param edges between them, with the numbers that they have in the larger problem
   */
  record Part(List<Problem.Node> nodes, List<Problem.Edge> edges) {}

  /** The first by columns and the second in its way, or neither; not both whole. */
  private static List<List<Cost>> together(
      List<Problem.Node> nodes, int column, int other, String way) {
    return nodes.get(column).strategies().stream()
        .map(
            s ->
                nodes.get(other).strategies().stream()
                    .map(
                        t ->
                            s.name().equals(Split.COLUMN.label()) == t.name().equals(way)
                                    && !(isWhole(s) && isWhole(t))
                                ? Cost.NONE
                                : Cost.IMPOSSIBLE)
                    .toList())
        .toList();
  }

  private static boolean isWhole(Problem.Strategy strategy) {
    return strategy.name().equals(Split.WHOLE.label());
  }

  /** What may be done with a layer, the first being what is done if all else is equal. */
  private List<Problem.Strategy> strategies(LayerUse use, List<Pairing> pairings, boolean scarce) {
    List<Problem.Strategy> strategies = new ArrayList<>();
    if (isColumn(use, pairings)) {
      strategies.add(strategy(use, Split.COLUMN.label()));
    }
    if (isRow(use, pairings)) {
      strategies.add(strategy(use, Split.ROW.label()));
    }
    Cost whole = cost(use, Split.WHOLE.label());
    if (mayGather(use, pairings, scarce ? Double.POSITIVE_INFINITY : whole.seconds())) {
      strategies.add(strategy(use, LayerChoice.GATHERED));
    }
    strategies.add(new Problem.Strategy(Split.WHOLE.label(), whole));
    return strategies;
  }

  /** Whether a layer may be gathered that takes so many seconds whole. */
  private boolean mayGather(LayerUse use, List<Pairing> pairings, double whole) {
    if (use.rule().gathered()) {
      return pairings.stream().anyMatch(p -> p.columns().contains(use.call()));
    }
    return use.rule().isLinear()
        && !use.features().equals(Dim.ONE)
        && loads.get(use.call()).basis() != Basis.NOTHING
        && whole > WORTH * cost(use, LayerChoice.GATHERED).seconds();
  }

  private Problem.Strategy strategy(LayerUse use, String how) {
    return new Problem.Strategy(how, cost(use, how));
  }

  private Cost cost(LayerUse use, String how) {
    Load load = loads.get(use.call());
    return switch (how) {
      case "column" -> load.sum(work -> costs.layer(work, Split.COLUMN));
      case "row" -> load.sum(work -> costs.layer(work, Split.ROW));
      case LayerChoice.GATHERED -> load.sum(costs::gathered);
      default -> load.sum(work -> costs.layer(work, Split.WHOLE));
    };
  }

  /** What every layer could do, whatever became of it. */
  List<LayerChoice> choices(List<Pairing> pairings, Map<Span, String> chosen) {
    return uses.stream()
        .map(
            use -> {
              List<String> ways = new ArrayList<>();
              if (isColumn(use, pairings)) {
                ways.add(Split.COLUMN.label());
              }
              if (isRow(use, pairings)) {
                ways.add(Split.ROW.label());
              }
              if (use.rule().gathered() || use.rule().isLinear()) {
                ways.add(LayerChoice.GATHERED);
              }
              ways.add(Split.WHOLE.label());
              return new LayerChoice(
                  name(use),
                  code.file(),
                  use.call(),
                  costs.ranks(),
                  chosen.getOrDefault(use.call(), Split.WHOLE.label()),
                  loads.get(use.call()).basis(),
                  ways.stream().map(way -> new Alternative(way, each(use, way))).toList());
            })
        .toList();
  }

  /** What a way costs each time that the call runs, in the mean. */
  private Cost each(LayerUse use, String way) {
    return cost(use, way).times(1.0 / loads.get(use.call()).works().size());
  }

  private static boolean isColumn(LayerUse use, List<Pairing> pairings) {
    return pairings.stream().anyMatch(p -> p.columns().contains(use.call()) && !p.rows().isEmpty());
  }

  private static boolean isRow(LayerUse use, List<Pairing> pairings) {
    return pairings.stream().anyMatch(p -> p.rows().contains(use.call()));
  }

  /** What each group of layers that are split together gains or loses. */
  List<SplitForecast> forecasts(List<Pairing> pairings, Map<Span, String> chosen) {
    return pairings.stream().map(pairing -> forecast(pairing, chosen)).toList();
  }

  private SplitForecast forecast(Pairing pairing, Map<Span, String> chosen) {
    Set<Span> calls = new HashSet<>(pairing.columns());
    calls.addAll(pairing.rows());
    List<LayerUse> group = uses.stream().filter(use -> calls.contains(use.call())).toList();
    Cost split = Cost.NONE;
    double alone = 0;
    double result = 0;
    int times = 1;
    for (LayerUse use : group) {
      Load load = loads.get(use.call());
      String how = chosen.getOrDefault(use.call(), Split.WHOLE.label());
      split = split.plus(cost(use, how));
      alone += load.sum(costs::alone).seconds();
      double largest = load.works().stream().mapToDouble(Work::result).max().orElse(0);
      result = Math.max(result, how.equals(Split.COLUMN.label()) ? 0 : largest);
      times = Math.max(times, load.works().size());
    }
    times *= pairing.rows().isEmpty() ? pairing.columns().size() : pairing.sums();
    String exchanged =
        pairing.rows().isEmpty()
            ? counted(times, Collective.ALL_GATHER)
                + " and "
                + counted(times, Collective.REDUCE_SCATTER)
            : counted(2 * times, Collective.ALL_REDUCE);
    return new SplitForecast(
        group.stream().map(this::name).distinct().toList(),
        code.file(),
        group.get(0).call(),
        costs.ranks(),
        alone,
        split,
        exchanged,
        result,
        group.stream()
            .map(use -> loads.get(use.call()).basis())
            .max(Comparator.naturalOrder())
            .orElseThrow());
  }

  private static String counted(int times, Collective collective) {
    return times + " " + collective.label() + (times == 1 ? "" : "s");
  }

  private String name(LayerUse use) {
    return code.file().text(use.layer());
  }
}
