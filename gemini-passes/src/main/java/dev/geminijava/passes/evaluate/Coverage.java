package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.List;

/**
 * How much of a program is understood.
 *
 * @param items what was looked at, in the order of files and text
 */
public record Coverage(List<Item> items) {

  /** What is counted. */
  public enum Kind {
    /** A class that is a block, or a place that gives a model its block. */
    MODEL,
    /** An expression that makes a layer. */
    LAYER,
    /** A method of a block that computes on arrays. */
    FORWARD
  }

  /**
   * Something that is understood or not.
   *
   * @param what its name, for people
   * @param why what keeps it from being understood; empty where it is
   */
  public record Item(Kind kind, SourceFile file, Span span, String what, String why) {

    /** Whether nothing keeps it from being understood. */
    public boolean understood() {
      return why.isEmpty();
    }
  }

  /** Keeps its own list. */
  public Coverage {
    items = List.copyOf(items);
  }

  /**
   * Evaluates all of a program that has to do with models.
   *
   * @param library the sources of DJL that the program uses
   * @param rules for layers and methods that have no source there
   */
  public static Coverage of(ProgramCode program, LibraryCode library, RuleTable rules) {
    return Evaluation.withStack(() -> new Survey(program, library, rules).coverage());
  }

  /** How many there are of a kind. */
  public long count(Kind kind) {
    return items.stream().filter(item -> item.kind() == kind).count();
  }

  /** How many of a kind are understood. */
  public long understood(Kind kind) {
    return items.stream().filter(item -> item.kind() == kind && item.understood()).count();
  }

  /** Those of a file. */
  public List<Item> of(SourceFile file) {
    return items.stream().filter(item -> item.file() == file).toList();
  }

  /** The files that have something to understand. */
  public List<SourceFile> files() {
    return items.stream().map(Item::file).distinct().toList();
  }
}
