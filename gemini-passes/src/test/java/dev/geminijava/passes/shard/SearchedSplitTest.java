package dev.geminijava.passes.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.plan.SplitForecast;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Machine;
import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where sizes are known, costs decide which layers are split, and with which others. */
class SearchedSplitTest {

  private static final CostModel TWO = new CostModel(Machine.VIRTUAL_CPU, 2);

  private static final String CHAIN =
      """
      NDList x = Activation.relu(a.forward(ps, in, training));
      NDList y = Activation.relu(b.forward(ps, x, training));
      return c.forward(ps, y, training);
      """;

  private static String layers(int first, int second, int third) {
    return """
        private final Linear a = addChildBlock("a", Linear.builder().setUnits(%d).build());
        private final Linear b = addChildBlock("b", Linear.builder().setUnits(%d).build());
        private final Linear c = addChildBlock("c", Linear.builder().setUnits(%d).build());
        private final Block norm = LayerNorm.builder().build();
        """
        .formatted(first, second, third);
  }

  @Test
  void theHeavyPairIsFormedAndNotTheFirst() {
    String layers = layers(8, 4096, 4096);
    Sharded.becomes(
        layers,
        CHAIN,
        layers,
        """
        NDList x = Activation.relu(a.forward(ps, in, training));
        ShardGroup shards = Shards.group(4096); NDList y = Activation.relu(shards.column(b).forward(ps, x, training));
        return shards.allReduce(shards.row(c).forward(ps, y, training));
        """);
  }

  @Test
  void aHeavyLayerWithoutAPartnerIsSplitAndGathered() {
    String layers = layers(1024, 1024, 30_000);
    Sharded.becomes(
            layers,
            """
            NDList x = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training);
            return c.forward(ps, norm.forward(ps, x, training), training);
            """,
            layers,
            """
            ShardGroup shards = Shards.group(1024); NDList x = shards.allReduce(shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training));
            ShardGroup shards2 = Shards.group(); return shards2.gather(shards2.head(c).forward(ps, norm.forward(ps, x, training), training));
            """)
        .notes();
  }

  @Test
  void aLightOneStaysWhole() {
    String layers = layers(16, 16, 10);
    Sharded.becomes(
            layers,
            CHAIN,
            layers,
            """
            ShardGroup shards = Shards.group(16); NDList x = Activation.relu(shards.column(a).forward(ps, in, training));
            NDList y = Activation.relu(shards.allReduce(shards.row(b).forward(ps, x, training)));
            return c.forward(ps, y, training);
            """)
        .notes("whole-layer", "c.forward(ps, y, training)");
  }

  @Test
  void aHeadWhoseSizesAreNotKnownIsDecidedAboutWhenItRuns() {
    String layers = layers(1024, 1024, 30_000);
    Sharded.becomes(
            layers,
            "return c.forward(ps, in, training);",
            layers,
            "ShardGroup shards = Shards.group();"
                + " return shards.gather(shards.head(c).forward(ps, in, training));")
        .notes();
  }

  @Test
  void everyLayerSaysWhatElseItCouldDo() {
    ShardedClass net = net(layers(8, 4096, 4096), CHAIN, Workload.UNKNOWN, TWO);
    assertEquals(
        List.of("a whole of nothing", "b column of features", "c row of features"),
        net.choices().stream()
            .map(
                c ->
                    c.layer()
                        + " "
                        + c.chosen()
                        + " of "
                        + c.basis().name().toLowerCase(Locale.ROOT))
            .toList());
    LayerChoice c = net.choices().get(2);
    assertEquals(
        List.of("row", "gathered column", "whole"),
        c.alternatives().stream().map(LayerChoice.Alternative::how).toList());
    double rows = 1024;
    assertEquals(
        6 * rows * 4096 * 4096 / Machine.VIRTUAL_CPU.flopsPerSecond(),
        c.alternatives().get(2).cost().compute(),
        1e-9,
        "forward and twice as much backward, a multiply-add being two");
    assertEquals(
        2 * 2 * (4 * rows * 4096) / 2,
        c.alternatives().get(0).cost().bytes(),
        "an all-reduce forward and one backward, each moving the result once for two ranks");
  }

  @Test
  void warnsWhereSplittingIsSlowerThanNot() {
    Workload light = (file, call) -> List.of(Work.linear(8, 64, 64));
    ShardedClass net = net(layers(64, 64, 64), CHAIN, light, TWO);
    SplitForecast forecast = net.forecasts().get(0);
    assertTrue(forecast.isSlower());
    assertEquals(List.of("a", "b"), forecast.layers());
    List<Diagnostic> warnings =
        net.notes().stream().filter(n -> n.severity() == Severity.WARNING).toList();
    assertEquals(1, warnings.size(), "the layers stay split: it was asked for");
    assertEquals("slow-split", warnings.get(0).code());
    assertEquals(
        "a, b: splitting over 2 ranks is predicted to be 9.8x slower than not: 2 all-reduces of"
            + " 2.0 KiB (61 µs) against 3 µs saved",
        warnings.get(0).message());
  }

  private static final String LONELY =
      "return norm.forward(ps, c.forward(ps, in, training), training);";

  @Test
  void theDegreeDecidesWhetherAGatherPays() {
    Workload wide = (file, call) -> List.of(Work.linear(8192, 512, 512));
    assertEquals("whole", chosen(wide, Target.of(new CostModel(SLOW, 2))));
    assertEquals("gathered column", chosen(wide, Target.of(new CostModel(SLOW, 16))));
  }

  /** Its ranks exchange bytes slowly. */
  private static final Machine SLOW = new Machine(60e9, 2.1e8, 30e-6);

  private static String chosen(Workload workload, Target target) {
    return net(layers(512, 512, 512), LONELY, workload, target).choices().get(0).chosen();
  }

  @Test
  void aLayerThatRunsOftenCountsAsOften() {
    Workload once = (file, call) -> List.of(Work.linear(256, 512, 512));
    Workload often = (file, call) -> Collections.nCopies(12, Work.linear(256, 512, 512));
    String members = layers(512, 512, 512);
    double alone = net(members, CHAIN, once, TWO).forecasts().get(0).alone();
    SplitForecast forecast = net(members, CHAIN, often, TWO).forecasts().get(0);
    assertEquals(12 * alone, forecast.alone(), 1e-9 * alone);
    assertEquals("24 all-reduces", forecast.collectives());
    assertEquals(
        net(members, CHAIN, once, TWO).choices().get(2).text(),
        net(members, CHAIN, often, TWO).choices().get(2).text(),
        "what is said of a layer is about one time");
  }

  @Test
  void scarceMemoryIsSharedByAllClasses() {
    SourceFile file =
        new SourceFile(
            Path.of("Net.java"),
            Sharded.source(layers(512, 512, 512), LONELY, "")
                + Sharded.source(layers(512, 512, 512), LONELY, "")
                    .replaceFirst("(?s).*class Net", "class Other"));
    Program program = Program.of(List.of(file), Rewriting.classPath());
    assertEquals(List.of(), program.diagnostics());
    int other = file.text().indexOf("class Other");
    // As much memory to be gained, but more bytes to be gathered for it.
    Workload light = (f, call) -> List.of(new Work(1e6, 4e6, call.start() < other ? 4e7 : 3e7));
    double all = 2 * 4 * 4e6 + 7e7;
    assertEquals("whole whole", decided(program, light, all));
    assertEquals("whole gathered column", decided(program, light, all - 1));
    assertEquals("gathered column gathered column", decided(program, light, all - 9e6));
    assertEquals(
        "gathered column gathered column", decided(program, light, 1), "as near as can be");
  }

  private static String decided(Program program, Workload workload, double memory) {
    Target target = new Target(TWO, memory, true);
    return new Sharding(Lift.lift(program), RuleTable.load(), workload, target)
        .classes().stream()
            .map(net -> net.choices().get(0).chosen())
            .collect(Collectors.joining(" "));
  }

  @Test
  void doesNotWarnWhereItPays() {
    Workload heavy = (file, call) -> List.of(Work.linear(4096, 1024, 1024));
    ShardedClass net = net(layers(1024, 1024, 1024), CHAIN, heavy, TWO);
    assertEquals(List.of(), net.notes());
    assertTrue(net.forecasts().stream().noneMatch(SplitForecast::isSlower));
  }

  private static ShardedClass net(String members, String body, Workload workload, CostModel costs) {
    return net(members, body, workload, Target.of(costs));
  }

  private static ShardedClass net(String members, String body, Workload workload, Target target) {
    SourceFile file = new SourceFile(Path.of("Net.java"), Sharded.source(members, body, ""));
    Program program = Program.of(List.of(file), Rewriting.classPath());
    return new Sharding(Lift.lift(program), RuleTable.load(), workload, target).classes().get(0);
  }
}
