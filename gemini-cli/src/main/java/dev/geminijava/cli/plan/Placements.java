package dev.geminijava.cli.plan;

import dev.geminijava.passes.model.Node;
import dev.geminijava.passes.plan.BlockPlan;
import dev.geminijava.passes.plan.Plan;
import dev.geminijava.passes.shard.LayerRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the compiler places the layers of a model.
 *
 * @param blocks what it decided about each class of blocks
 * @param rules how layers may be split
 */
public record Placements(List<BlockPlan> blocks, List<LayerRule> rules) {

  /** Everything is whole. */
  public static final Placements NONE = new Placements(List.of(), List.of());

  /** Copies the lists. */
  public Placements {
    blocks = List.copyOf(blocks);
    rules = List.copyOf(rules);
  }

  /** What was decided about programs and libraries. */
  public static Placements of(List<Plan> plans, List<LayerRule> rules) {
    return new Placements(plans.stream().flatMap(plan -> plan.blocks().stream()).toList(), rules);
  }

  Split split(Node node) {
    return decision(node)
        .map(
            decided ->
                switch (decided.split()) {
                  case "column", "head" -> Split.COLUMN;
                  case "row" -> Split.ROW;
                  default -> Split.WHOLE;
                })
        .orElse(Split.WHOLE);
  }

  /** Why a layer stays whole, as far as the compiler says. */
  String why(Node node) {
    Optional<BlockPlan.Parameters> decided = decision(node);
    if (decided.isEmpty() || split(node) != Split.WHOLE) {
      return "";
    }
    Pattern name = Pattern.compile("(^|\\W)" + Pattern.quote(decided.get().layer()) + "(\\W|$)");
    return in(node)
        .flatMap(block -> block.reasons().stream())
        .filter(reason -> name.matcher(reason.split(" stays? whole", 2)[0]).find())
        .findFirst()
        .orElse("");
  }

  private java.util.stream.Stream<BlockPlan> in(Node node) {
    return blocks.stream().filter(block -> block.file().equals(node.file().path()));
  }

  private Optional<BlockPlan.Parameters> decision(Node node) {
    return in(node)
        .flatMap(block -> block.placements().stream())
        .filter(p -> p.call().contains(node.span()) || node.span().contains(p.call()))
        .findFirst();
  }

  /** How a layer could lie. */
  List<Split> ways(Node node) {
    List<Split> ways = new ArrayList<>();
    rules.stream()
        .filter(rule -> rule.type().equals(node.operation()))
        .findFirst()
        .filter(rule -> rule.column() || rule.row())
        .ifPresent(
            rule -> {
              ways.add(Split.WHOLE);
              if (rule.column()) {
                ways.add(Split.COLUMN);
              }
              if (rule.row()) {
                ways.add(Split.ROW);
              }
            });
    return ways;
  }
}
