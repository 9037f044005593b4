package dev.geminijava.passes.pass;

import dev.geminijava.passes.front.LibrarySources;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.shard.Sharding;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.shard.Workload;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Splits layers over the ranks of a group: {@code shards.column(…)}, {@code shards.row(…)} and what
 * goes with them.
 */
public final class SplitLayers implements Pass {

  /** What was decided about each block class. */
  public static final Fact<Decisions> DECISIONS = new Fact<>("splits", Decisions.class);

  /**
   * What was decided about the block classes of a program.
   *
   * @param classes in the order of the program
   */
  public record Decisions(List<ShardedClass> classes) {}

  private final RuleTable rules;
  private final Target target;
  private final LibrarySources library;

  /** With the rules for what it reads; costs are weighed by the sizes that the text shows. */
  public SplitLayers(RuleTable rules) {
    this(rules, Target.ANY, LibrarySources.none());
  }

  /**
   * With the rules for what it reads.
   *
   * @param target what the program is meant for; if it was asked for, the sizes of the program's
   *     models decide
   * @param library what the models are made of
   */
  public SplitLayers(RuleTable rules, Target target, LibrarySources library) {
    this.rules = rules;
    this.target = target;
    this.library = library;
  }

  @Override
  public String name() {
    return Sharding.PASS;
  }

  @Override
  public String description() {
    return "splits layers, and the code between them, over the ranks of a group";
  }

  @Override
  public Set<Fact<?>> requires() {
    return Set.of(ReadModels.CODE);
  }

  @Override
  public Set<Fact<?>> establishes() {
    return Set.of(DECISIONS);
  }

  @Override
  public Outcome run(Unit unit) {
    ProgramCode code = unit.fact(ReadModels.CODE);
    Workload workload = target.asked() ? new ModelWorkload(code, library, rules) : Workload.UNKNOWN;
    List<ShardedClass> classes = new Sharding(code, rules, workload, target).classes();
    return new Outcome(
        classes.stream().flatMap(SplitLayers::changes).toList(),
        classes.stream().flatMap(c -> c.notes().stream()).toList(),
        Map.of(DECISIONS, new Decisions(classes)));
  }

  private static Stream<Change> changes(ShardedClass sharded) {
    return sharded.edits().stream().map(edit -> new Change(sharded.code().file(), edit));
  }
}
