package dev.geminijava.passes.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.shard.search.Work;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Axes that only the models which the program makes tell: they are used, and checked. */
class KnownRankTest {

  private static final String GATED =
      """
      private final Linear in2 = addChildBlock("in", Linear.builder().setUnits(64).build());
      private final Linear out = addChildBlock("out", Linear.builder().setUnits(16).build());
      """;

  private static final String BODY =
      """
      NDList both = in2.forward(ps, in, training).head().split(2, 2);
      NDArray gated = Activation.gelu(both.get(0)).mul(both.get(1));
      return out.forward(ps, new NDList(gated), training);
      """;

  /** Every call runs with so many axes. */
  private record Ranks(int axes) implements Workload {
    @Override
    public List<Work> of(SourceFile file, Span call) {
      return List.of();
    }

    @Override
    public Optional<Integer> rank(SourceFile file, Span call) {
      return Optional.of(axes);
    }
  }

  private static String decided(String body, Workload workload) {
    SourceFile file = new SourceFile(Path.of("Net.java"), Sharded.source(GATED, body, ""));
    Program program = Program.of(List.of(file), Rewriting.classPath());
    assertEquals(List.of(), program.diagnostics());
    ShardedClass net =
        new Sharding(Lift.lift(program), RuleTable.load(), workload, Target.ANY).classes().get(0);
    String text =
        Edits.of(net.edits()).apply(file.text()).replaceAll("#\\{[\\w.]*\\.(\\w+)}", "$1");
    int start = text.indexOf("params) {") + "params) {".length();
    return text.substring(start, text.indexOf("  @Override", start)).strip().indent(0);
  }

  @Test
  void theLastAxisIsTheThirdWhereTheModelSaysSo() {
    assertEquals(
        """
        ShardGroup shards = Shards.group(32); NDList both = shards.column(in2, 2).forward(ps, shards.ofRank(in, 3), training).head().split(2, 2);
            NDArray gated = Activation.gelu(both.get(0)).mul(both.get(1));
            return shards.allReduce(shards.row(out).forward(ps, new NDList(gated), training));
          }
        """,
        decided(BODY, new Ranks(3)));
  }

  @Test
  void noLayerIsSplitWhereNothingSaysIt() {
    assertEquals(false, decided(BODY, Workload.UNKNOWN).contains("shards"));
  }

  @Test
  void whatTheTextShowsNeedsNoModel() {
    String last = BODY.replace("split(2, 2)", "split(2, -1)");
    assertEquals(
        decided(last, Workload.UNKNOWN), decided(last, new Ranks(3)), "nothing stayed whole");
  }
}
