package dev.geminijava.passes.emit;

import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.Insertion;
import dev.geminijava.passes.source.Position;
import dev.geminijava.passes.source.SourceFile;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each insertion stands, in the original and in a text that was made of it.
 *
 * @param file the original
 * @param entries one for each edit, in the order of the original
 */
public record SourceMap(SourceFile file, List<Entry> entries) {

  /** Keeps its own copy. */
  public SourceMap {
    entries = List.copyOf(entries);
  }

  /**
   * An edit and its place.
   *
   * @param edit what was inserted, by which pass, and why
   * @param from where what it is about begins in the original
   * @param to where that ends in the original
   * @param output where the inserted text begins in the output
   */
  public record Entry(Edit edit, Position from, Position to, Position output) {

    /** Whether a line of the original has a part in it. */
    public boolean touches(int line) {
      return from.line() <= line && line <= to.line();
    }
  }

  /**
   * Maps edits to a text.
   *
   * @param output the edited text, in any layout that differs from {@link Edits#apply} in white
   *     space and in the order of imports only
   */
  public static SourceMap of(SourceFile file, Edits edits, String output) {
    SourceFile laidOut = new SourceFile(file.path(), output);
    Map<Edit, Position> starts = new IdentityHashMap<>();
    Ink from = new Ink(edits.apply(file.text()));
    Ink to = new Ink(output);
    int inserted = 0;
    for (Insertion insertion : edits.insertions()) {
      Edit edit = insertion.edit();
      int offset = insertion.offset() + inserted;
      int place =
          edit.kind() == Edit.Kind.IMPORT
              ? Math.max(0, output.indexOf(edit.open().strip()))
              : to.offset(from.count(offset));
      starts.putIfAbsent(edit, laidOut.position(place));
      inserted += insertion.text().length();
    }
    List<Entry> entries = new ArrayList<>();
    for (Insertion insertion : edits.insertions()) {
      Edit edit = insertion.edit();
      Position start = starts.remove(edit);
      if (start != null) {
        Position begin = file.position(edit.span().start());
        entries.add(new Entry(edit, begin, file.position(edit.span().end()), start));
      }
    }
    return new SourceMap(file, entries);
  }

  /** The visible characters of a text. */
  private record Ink(String text, int[] offsets) {

    Ink(String text) {
      this(
          text,
          java.util.stream.IntStream.range(0, text.length())
              .filter(i -> !Character.isWhitespace(text.charAt(i)))
              .toArray());
    }

    /** How many stand before an offset. */
    int count(int offset) {
      int found = java.util.Arrays.binarySearch(offsets, offset);
      return found >= 0 ? found : -found - 1;
    }

    /** The offset of the one that so many stand before. */
    int offset(int count) {
      return count < offsets.length ? offsets[count] : text.length();
    }
  }
}
