package dev.geminijava.passes.shard;

import dev.geminijava.passes.shard.search.Split;
import dev.geminijava.passes.source.Span;
import java.util.List;

/**
 * A layer call and how its parameters lie.
 *
 * @param call where it is called
 * @param name what the program calls it
 * @param how {@code column}, {@code row} or {@code whole}
 */
public record SplitLayer(Span call, String name, String how) {

  /** Whether each rank has a share of it only. */
  boolean isSplit() {
    return !how.equals(Split.WHOLE.label());
  }

  static List<SplitLayer> of(Analysis analysis) {
    return analysis.layers.entrySet().stream()
        .map(
            e -> {
              Mark mark = analysis.marks.get(new Mark.Key(e.getValue().span(), Mark.Role.LAYER));
              String how =
                  mark == null
                      ? Split.WHOLE.label()
                      : mark.open().substring("@.".length(), mark.open().length() - 1);
              return new SplitLayer(
                  e.getKey(), analysis.code.file().text(e.getValue().span()), how);
            })
        .toList();
  }
}
