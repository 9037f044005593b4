package dev.geminijava.passes.shard.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchTest {

  private static final CostModel TWO = new CostModel(Machine.VIRTUAL_CPU, 2);

  @Test
  void equalsBruteForceOnRandomGraphs() {
    int found = 0;
    int tooLarge = 0;
    for (int seed = 0; seed < 300; seed++) {
      Problem problem = random(new Random(seed), new double[] {20, 40, 60}[seed % 3]);
      Solution expected = BruteForce.solve(problem);
      Solution actual = IntegerProgram.solve(problem);
      if (expected instanceof Solution.Found best && actual instanceof Solution.Found other) {
        found++;
        double seconds = best.cost().seconds();
        assertEquals(seconds, other.cost().seconds(), 1e-9 * seconds, "seed " + seed);
        assertEquals(seconds, other.bound(), 1e-9 * seconds, "seed " + seed);
        assertTrue(other.cost().memory() <= problem.memory(), "seed " + seed);
        assertEquals(other, IntegerProgram.solve(problem), "the same twice");
      } else {
        tooLarge++;
        assertEquals(expected, actual, "seed " + seed);
      }
    }
    assertTrue(found > 100 && tooLarge > 30, found + " solved, " + tooLarge + " too large");
  }

  /** What has nothing to do with each other is solved by itself, until memory is short. */
  @Test
  void severalGraphsAtOnceEqualBruteForceOnAllOfThem() {
    for (int seed = 0; seed < 60; seed++) {
      Problem one = small(new Random(seed));
      Problem other = small(new Random(1000 + seed));
      for (double limit : new double[] {Double.POSITIVE_INFINITY, 150}) {
        Problem both = beside(one, other).within(limit);
        Solution expected = BruteForce.solve(both);
        Solution actual = Search.solve(both);
        if (expected instanceof Solution.Found best) {
          double seconds = best.cost().seconds();
          Solution.Found found = (Solution.Found) actual;
          assertEquals(seconds, found.cost().seconds(), 1e-9 * seconds, "seed " + seed);
          assertEquals(seconds, found.bound(), 1e-9 * seconds, "seed " + seed);
        } else {
          assertEquals(expected, actual, "seed " + seed);
          double least = ((Solution.TooLarge) expected).least();
          if (Search.closest(both) instanceof Solution.Found closest) {
            assertEquals(least, closest.cost().memory(), 1e-6 * least, "as small as can be");
          } else {
            assertTrue(Double.isInfinite(least), "its edges contradict each other");
          }
        }
      }
    }
  }

  /** A graph of at most four nodes, which shares no decision with others. */
  private static Problem small(Random random) {
    Problem any = random(random, 20);
    while (any.nodes().size() > 4) {
      any = random(random, 20);
    }
    return any;
  }

  private static Problem beside(Problem one, Problem other) {
    List<Problem.Node> nodes = new ArrayList<>(one.nodes());
    other.nodes().stream()
        .map(n -> new Problem.Node(n.name() + "'", n.decision() + "'", n.strategies()))
        .forEach(nodes::add);
    List<Problem.Edge> edges = new ArrayList<>(one.edges());
    int first = one.nodes().size();
    other.edges().stream()
        .map(e -> new Problem.Edge(first + e.from(), first + e.to(), e.costs()))
        .forEach(edges::add);
    return new Problem(nodes, edges, Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void aTransformerGetsMegatronsPlan(int growth) {
    Problem problem = TransformerProblem.of(48, 1024, growth, TWO, Double.POSITIVE_INFINITY);
    Solution.Found found = (Solution.Found) IntegerProgram.solve(problem);
    for (int layer = 0; layer < 48; layer++) {
      assertEquals(
          "attention slice, q column, k column, v column, o row, norm1 whole, "
              + "up column, gelu slice, down row, norm2 whole",
          text(problem, found).subList(10 * layer, 10 * layer + 10).stream()
              .reduce((a, b) -> a + ", " + b)
              .orElseThrow());
    }
  }

  @Test
  void twoAllReducesForwardInATransformerLayer() {
    Problem problem = TransformerProblem.of(1, 1024, 0, TWO, Double.POSITIVE_INFINITY);
    Solution.Found found = (Solution.Found) IntegerProgram.solve(problem);
    Cost reduce = Collective.ALL_REDUCE.cost(4 * 8 * 512 * 1024, 2, Machine.VIRTUAL_CPU);
    assertEquals(
        2 * 2 * reduce.seconds(), found.cost().communication(), 1e-12, "forward and backward");
  }

  @Test
  void slowCollectivesLeaveLayersWhole() {
    CostModel costs = new CostModel(new Machine(60e9, 1e6, 1), 2);
    List<List<Split>> splits =
        List.of(List.of(Split.WHOLE, Split.COLUMN), List.of(Split.WHOLE, Split.ROW));
    Work work = new Work(1e6, 0, 4e4);
    Problem problem =
        new Problem(
            List.of(
                costs.node("up", "up", work, splits.get(0)),
                costs.node("down", "down", work, splits.get(1))),
            List.of(costs.edge(0, 1, 4e4, splits)),
            Double.POSITIVE_INFINITY);
    assertEquals(
        List.of("up whole", "down whole"), text(problem, (Solution.Found) Search.solve(problem)));
  }

  /** Column instead of row holds a slice of the result, but has to gather it. */
  @ParameterizedTest
  @ValueSource(ints = {4, 48})
  void memoryForcesASplitThatTimeDoesNotWant(int layers) {
    Problem free = TransformerProblem.of(layers, 1024, 8, TWO, Double.POSITIVE_INFINITY);
    Solution.Found fastest = (Solution.Found) IntegerProgram.solve(free);
    double limit = 0.97 * fastest.cost().memory();
    Problem tight = TransformerProblem.of(layers, 1024, 8, TWO, limit);
    Solution.Found within = (Solution.Found) IntegerProgram.solve(tight);
    assertTrue(within.cost().memory() <= limit, within.cost() + " in " + limit);
    assertTrue(within.cost().seconds() > fastest.cost().seconds());
    assertEquals(within.bound(), within.cost().seconds(), 1e-3 * within.bound());
  }

  @Test
  void saysHowMuchWouldBeNeeded() {
    Solution.TooLarge tooLarge =
        (Solution.TooLarge) IntegerProgram.solve(TransformerProblem.of(4, 64, 0, TWO, 1e6));
    assertEquals(1e6, tooLarge.limit());
    Solution enough = IntegerProgram.solve(TransformerProblem.of(4, 64, 0, TWO, tooLarge.least()));
    assertEquals(tooLarge.least(), ((Solution.Found) enough).cost().memory());
  }

  @Test
  void aVocabularyIsSplitThoughItsResultHasToBeGathered() {
    List<List<Split>> splits =
        List.of(List.of(Split.WHOLE, Split.COLUMN, Split.ROW), List.of(Split.WHOLE));
    Problem problem =
        new Problem(
            List.of(
                TWO.node("head", "head", Work.linear(512, 1024, 30_000), splits.get(0)),
                TWO.node("loss", "loss", new Work(0, 0, 0), splits.get(1))),
            List.of(TWO.edge(0, 1, 4.0 * 512 * 30_000, splits)),
            Double.POSITIVE_INFINITY);
    assertEquals(
        List.of("head column", "loss whole"),
        text(problem, (Solution.Found) Search.solve(problem)));
  }

  @Test
  void allReduceMovesTwiceWhatAGatherDoes() {
    assertEquals(750, Collective.ALL_GATHER.bytes(1000, 4));
    assertEquals(750, Collective.REDUCE_SCATTER.bytes(1000, 4));
    assertEquals(1500, Collective.ALL_REDUCE.bytes(1000, 4));
    assertEquals(Cost.NONE, Collective.ALL_REDUCE.cost(1000, 1, Machine.VIRTUAL_CPU));
  }

  private static List<String> text(Problem problem, Solution.Found found) {
    return IntStream.range(0, problem.nodes().size())
        .mapToObj(
            i -> {
              Problem.Node node = problem.nodes().get(i);
              return node.name() + " " + node.strategies().get(found.choices().get(i)).name();
            })
        .toList();
  }

  private static Problem random(Random random, double memoryOfANode) {
    int size = 2 + random.nextInt(8);
    List<Problem.Node> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      // Some nodes share a decision with an earlier one, as equal layers do.
      boolean shared = i > 0 && random.nextInt(4) == 0;
      Problem.Node like = shared ? nodes.get(random.nextInt(i)) : null;
      int strategies = shared ? like.strategies().size() : 1 + random.nextInt(4);
      nodes.add(
          new Problem.Node(
              "n" + i,
              shared ? like.decision() : "n" + i,
              IntStream.range(0, strategies)
                  .mapToObj(s -> new Problem.Strategy("s" + s, cost(random)))
                  .toList()));
    }
    List<Problem.Edge> edges = new ArrayList<>();
    for (int e = 0; e < 2 * size; e++) {
      int from = random.nextInt(size);
      int to = random.nextInt(size);
      int columns = nodes.get(to).strategies().size();
      edges.add(
          new Problem.Edge(
              from,
              to,
              nodes.get(from).strategies().stream()
                  .map(s -> IntStream.range(0, columns).mapToObj(t -> between(random)).toList())
                  .toList()));
    }
    return new Problem(nodes, edges, memoryOfANode * size);
  }

  private static Cost cost(Random random) {
    return new Cost(random.nextDouble(), random.nextInt(3) * 1e-3, 0, random.nextInt(100));
  }

  private static Cost between(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Cost.IMPOSSIBLE;
      case 1, 2, 3 -> Cost.NONE;
      default -> Cost.ofCompute(random.nextDouble());
    };
  }
}
