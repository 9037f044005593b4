package dev.geminijava.cli.plugin;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.YamlFile;
import dev.geminijava.passes.Plugins;
import dev.geminijava.passes.shard.LayerRule;
import dev.geminijava.passes.shard.OperationRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules without Java: how layers and methods of libraries whose source is not seen treat arrays
 * that are split.
 *
 * <pre>
 *   layers:
 *     com.example.HardSwish: pointwise       # each element alone
 *     com.example.RmsNorm: whole             # needs all of its input, keeps its shape
 *   operations:
 *     com.example.Maths:
 *       hardSwish, hardTanh: "... -> ..."    # factors as in einsum
 *       outer: "...i, ...j -> ...ij"
 * </pre>
 */
final class RuleFile {

  private static final String EXAMPLE = "Write 'layers:' and 'operations:', see docs/extending.md.";

  private final List<LayerRule> layers = new ArrayList<>();
  private final List<OperationRule> operations = new ArrayList<>();

  private RuleFile() {}

  /**
   * Reads a file.
   *
   * @throws UsageException for anything that is no rule, with its line and the cure
   */
  static Plugins read(Path file) {
    RuleFile rules = new RuleFile();
    for (YamlFile.Entry section : YamlFile.read(file, EXAMPLE)) {
      switch (section.key()) {
        case "layers" -> section.entries(EXAMPLE).forEach(rules::layer);
        case "operations" -> section.entries(EXAMPLE).forEach(rules::methods);
        default -> throw section.refuse(section.key() + " is no section. " + EXAMPLE);
      }
    }
    return new Plugins(List.of(), rules.layers, rules.operations);
  }

  private void layer(YamlFile.Entry entry) {
    String kind = entry.text("Write 'pointwise' or 'whole'.");
    layers.add(
        switch (kind) {
          case "pointwise" -> LayerRule.pointwise(entry.key());
          case "whole" -> LayerRule.whole(entry.key());
          default ->
              throw entry.refuse(
                  kind
                      + " is no kind of layer. Write 'pointwise' (each element alone) or 'whole'"
                      + " (needs all of its input).");
        });
  }

  private void methods(YamlFile.Entry owner) {
    String example = "Write 'method: \"... -> ...\"' below it.";
    for (YamlFile.Entry entry : owner.entries(example)) {
      String methods = entry.key().strip().replaceAll("\\s*,\\s*", " ");
      try {
        operations.add(OperationRule.factors(owner.key(), methods, entry.text(example)));
      } catch (IllegalArgumentException e) {
        throw entry.refuse(e.getMessage() + ". Factors are written as \"...ij, ...jk -> ...ik\".");
      }
    }
  }
}
