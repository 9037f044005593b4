package dev.geminijava.passes.emit;

import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.Insertion;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lays edited text out as a person would have written it. */
public final class Layout {

  private final SourceFile file;
  private final String text;
  private final String newline;
  private final String step;

  /** Wraps around several lines: what they wrap moves to lines of its own, further in. */
  private final List<Span> tall;

  private final StringBuilder out = new StringBuilder();

  /** Where in the output an inserted call begins, and where its argument does. */
  private final TreeMap<Integer, Integer> calls = new TreeMap<>();

  /** For the beginnings of some of them, where a chain goes on after the call. */
  private final Map<Integer, Integer> chains = new HashMap<>();

  private final Map<Edit, Integer> begun = new IdentityHashMap<>();

  private Layout(SourceFile file, Edits edits) {
    this.file = file;
    this.text = file.text();
    this.newline = text.contains("\r\n") ? "\r\n" : "\n";
    this.step = Indent.continuation(file);
    this.tall =
        edits.list().stream()
            .filter(edit -> edit.kind() == Edit.Kind.WRAP)
            .map(Edit::span)
            .filter(span -> line(span.start()) < line(span.end()))
            .distinct()
            .toList();
  }

  /** The edited text, with imports and statements on lines of their own and no line too long. */
  public static String readable(SourceFile file, Edits edits) {
    if (edits.isEmpty()) {
      return file.text();
    }
    Layout layout = new Layout(file, edits);
    layout.write(edits);
    return new LongLines(
            layout.out.toString(), layout.calls, layout.chains, layout.step, layout.newline)
        .broken();
  }

  private void write(Edits edits) {
    int at = 0;
    List<Insertion> insertions = edits.insertions();
    for (int i = 0; i < insertions.size(); i++) {
      Insertion insertion = insertions.get(i);
      copy(at, insertion.offset());
      at = insertion.offset();
      switch (insertion.edit().kind()) {
        case IMPORT -> {
          int end = i + 1;
          while (end < insertions.size() && isImportAt(insertions.get(end), at)) {
            end++;
          }
          at = imports(insertions.subList(i, end), at);
          i = end - 1;
        }
        case STATEMENT -> statement(insertion);
        case MEMBER -> member(insertion);
        case WRAP -> wrap(insertion, i + 1 < insertions.size() ? insertions.get(i + 1) : null);
      }
    }
    copy(at, text.length());
  }

  private static boolean isImportAt(Insertion insertion, int offset) {
    return insertion.edit().kind() == Edit.Kind.IMPORT && insertion.offset() == offset;
  }

  /** Imports after another import or the package go below its line, others above the first type. */
  private int imports(List<Insertion> imports, int offset) {
    List<String> lines = imports.stream().map(i -> i.text().strip()).sorted().toList();
    boolean below = imports.get(0).text().startsWith(" ");
    if (!below) {
      boolean type = !text.startsWith("import", offset);
      out.append(String.join(newline, lines)).append(newline).append(type ? newline : "");
      return offset;
    }
    Span line = file.line(line(offset));
    int end = offset;
    if (text.substring(offset, line.end()).strip().startsWith("//")) {
      copy(offset, line.end());
      end = line.end();
    }
    boolean afterPackage = text.startsWith("package", line.start());
    out.append(newline).append(afterPackage ? newline : "").append(String.join(newline, lines));
    if (end < line.end()) {
      // Something else stands on the same line.
      out.append(newline);
      while (text.charAt(end) == ' ') {
        end++;
      }
    }
    return end;
  }

  private void statement(Insertion insertion) {
    String indent = indent(line(insertion.offset()));
    boolean first =
        file.line(line(insertion.offset())).start() + indent.length() == insertion.offset();
    if (!first) {
      out.append(insertion.text());
    } else {
      int lineStart = Math.max(out.lastIndexOf("\n"), out.lastIndexOf("\r")) + 1;
      String here = out.substring(lineStart);
      out.append(insertion.text().strip()).append(newline).append(here.isBlank() ? here : indent);
    }
  }

  private void member(Insertion insertion) {
    String start = newline + indent(line(insertion.offset())) + step.substring(step.length() / 2);
    out.append(start).append(insertion.text().strip().replace("; @", ";" + newline + start + "@"));
  }

  private void wrap(Insertion insertion, Insertion next) {
    Span span = insertion.edit().span();
    boolean opens =
        insertion.offset() == span.start() && insertion.text() == insertion.edit().open();
    begun.putIfAbsent(insertion.edit(), out.length());
    if (!opens) {
      out.append(insertion.text());
      boolean last = next == null || next.offset() > insertion.offset();
      if (last && text.startsWith(".", insertion.offset())) {
        chains.put(begun.get(insertion.edit()), out.length());
      }
      return;
    }
    boolean innermost =
        next == null || next.offset() != span.start() || !next.edit().span().equals(span);
    if (tall.contains(span) && innermost) {
      int line = line(span.start());
      long depth = tall.stream().filter(t -> t.contains(span) && line(t.start()) == line).count();
      out.append(insertion.text().stripTrailing())
          .append(newline)
          .append(indent(line))
          .append(step.repeat(shift(line) + (int) depth));
    } else {
      calls.put(out.length(), out.length() + insertion.text().length());
      out.append(insertion.text());
    }
  }

  /** Copies original text; lines inside a tall wrap move in. */
  private void copy(int from, int to) {
    int at = from;
    for (int line = line(from) + 1; line <= file.lineCount(); line++) {
      Span span = file.line(line);
      if (span.start() > to) {
        break;
      }
      out.append(text, at, span.start());
      at = span.start();
      if (!file.text(span).isBlank()) {
        out.append(step.repeat(shift(line)));
      }
    }
    out.append(text, at, to);
  }

  private int shift(int line) {
    int start = file.line(line).start();
    return (int) tall.stream().filter(t -> t.start() < start && start < t.end()).count();
  }

  private int line(int offset) {
    return file.position(offset).line();
  }

  private String indent(int line) {
    return Indent.of(file.text(file.line(line)));
  }
}
