package dev.geminijava.passes.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The edits of one file, in a fixed order. Wraps nest: at one offset the ends of inner wraps come
 * before those of outer ones, then what is inserted at that place, then the beginnings of wraps,
 * outer first. Of two wraps around the same span the earlier one is the outer.
 */
public final class Edits {

  /** No edit at all. */
  public static final Edits NONE = new Edits(List.of());

  private final List<Edit> edits;
  private final List<Insertion> insertions;

  private Edits(Collection<Edit> edits) {
    this.edits = List.copyOf(edits);
    this.insertions = List.copyOf(inOrder(this.edits));
  }

  /** Makes a set of edits; equal ones count once. */
  public static Edits of(Collection<Edit> edits) {
    return NONE.plus(edits);
  }

  /** These edits, then {@code more}; equal ones count once. */
  public Edits plus(Collection<Edit> more) {
    LinkedHashSet<Edit> all = new LinkedHashSet<>(edits);
    for (Edit edit : more) {
      boolean imported =
          edit.kind() == Edit.Kind.IMPORT
              && all.stream()
                  .anyMatch(e -> e.kind() == edit.kind() && e.open().equals(edit.open()));
      if (!imported) {
        all.add(edit);
      }
    }
    return new Edits(all);
  }

  /** Every edit, in the order in which they were made. */
  public List<Edit> list() {
    return edits;
  }

  /** Whether there is nothing to insert. */
  public boolean isEmpty() {
    return edits.isEmpty();
  }

  /** The pieces of text, in the order of the resulting text. */
  public List<Insertion> insertions() {
    return insertions;
  }

  /** The text with everything inserted. */
  public String apply(String text) {
    StringBuilder out = new StringBuilder(text.length() + 64 * insertions.size());
    int at = 0;
    for (Insertion insertion : insertions) {
      out.append(text, at, insertion.offset()).append(insertion.text());
      at = insertion.offset();
    }
    return out.append(text, at, text.length()).toString();
  }

  /**
   * The text without the insertions: undoes {@link #apply}.
   *
   * @throws IllegalArgumentException if the text lacks one of them
   */
  public String erase(String edited) {
    StringBuilder out = new StringBuilder(edited.length());
    int at = 0;
    int original = 0;
    for (Insertion insertion : insertions) {
      int place = at + insertion.offset() - original;
      if (!edited.startsWith(insertion.text(), place)) {
        throw new IllegalArgumentException("not found: " + insertion);
      }
      out.append(edited, at, place);
      at = place + insertion.text().length();
      original = insertion.offset();
    }
    return out.append(edited, at, edited.length()).toString();
  }

  private static List<Insertion> inOrder(List<Edit> edits) {
    record Piece(Insertion insertion, int rank, int nesting, int turn) {}
    List<Piece> pieces = new ArrayList<>();
    for (int turn = 0; turn < edits.size(); turn++) {
      Edit edit = edits.get(turn);
      Span span = edit.span();
      if (edit.kind() == Edit.Kind.WRAP) {
        for (Edit other : edits.subList(0, turn)) {
          if (other.span().crosses(span)) {
            throw new IllegalArgumentException("wraps cross: " + other + " and " + edit);
          }
        }
        Insertion open = new Insertion(span.start(), edit.open(), edit);
        Insertion close = new Insertion(span.end(), edit.close(), edit);
        pieces.add(new Piece(open, 2, -span.end(), turn));
        pieces.add(new Piece(close, 0, -span.start(), -turn));
      } else {
        pieces.add(new Piece(new Insertion(span.start(), edit.open(), edit), 1, 0, turn));
      }
    }
    return pieces.stream()
        .sorted(
            Comparator.comparingInt((Piece p) -> p.insertion().offset())
                .thenComparingInt(Piece::rank)
                .thenComparingInt(Piece::nesting)
                .thenComparingInt(Piece::turn))
        .map(Piece::insertion)
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Edits that && edits.equals(that.edits);
  }

  @Override
  public int hashCode() {
    return edits.hashCode();
  }

  @Override
  public String toString() {
    return edits.toString();
  }
}
