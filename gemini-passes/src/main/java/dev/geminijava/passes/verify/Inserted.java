package dev.geminijava.passes.verify;

import dev.geminijava.passes.front.Parsed;
import dev.geminijava.passes.front.RuntimeCall;
import dev.geminijava.passes.front.Types;
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A text taken apart: the insertions that stand in it, and what is left without them. This reads
 * the text alone and knows nothing of the edits that made it.
 */
final class Inserted {

  /**
   * A call around an expression.
   *
   * @param call the call
   * @param inner what it is around, in the erased text
   * @param open the text before, with the group written as {@code @}, without white space
   * @param close the text after, without white space
   */
  record Wrap(RuntimeCall call, Span inner, String open, String close) {

    /** The name of the method, {@code column} for instance. */
    String how() {
      return call.method();
    }
  }

  /**
   * A variable that holds a group.
   *
   * @param place where its statement stood, in the erased text
   */
  record Group(RuntimeCall call, String name, int place) {}

  private static final Set<String> WRAPS = Set.of("chain", "inner");

  private final SourceFile text;
  private final SourceFile erased;
  private final List<Span> gone = new ArrayList<>();
  private final List<Wrap> wraps = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final List<RuntimeCall> strange = new ArrayList<>();

  private Inserted(SourceFile text, List<RuntimeCall> calls, List<Span> imports) {
    this.text = text;
    imports.forEach(this::eraseImport);
    for (RuntimeCall call : calls) {
      erase(call);
    }
    gone.sort(Comparator.comparingInt(Span::start));
    this.erased = new SourceFile(text.path(), without(text.text(), gone));
    for (RuntimeCall call : calls) {
      sort(call);
    }
  }

  /** Takes a source apart. */
  static Inserted in(Parsed parsed, Types types) {
    return new Inserted(parsed.file(), RuntimeCall.all(parsed, types), RuntimeCall.imports(parsed));
  }

  private static boolean isWrap(RuntimeCall call) {
    boolean one = !call.arguments().isEmpty() && !call.inLambda();
    return switch (call.owner()) {
      case RuntimeNames.SHARD_GROUP -> one;
      case RuntimeNames.PIPELINE -> !call.arguments().isEmpty();
      case RuntimeNames.SHARDS -> one && WRAPS.contains(call.method());
      case RuntimeNames.GEMINI_MODEL -> call.method().equals("of") && call.arguments().size() == 1;
      default -> false;
    };
  }

  private static boolean isGroup(RuntimeCall call) {
    return call.owner().equals(RuntimeNames.SHARDS)
        && call.method().equals("group")
        && call.declares().isPresent();
  }

  private void erase(RuntimeCall call) {
    if (isGroup(call)) {
      Span statement = call.declares().orElseThrow().statement();
      int end = statement.end();
      String rest = text.text();
      if (end < rest.length() && rest.charAt(end) == ' ') {
        end++;
      } else {
        while (end < rest.length() && Character.isWhitespace(rest.charAt(end))) {
          end++;
        }
      }
      gone.add(new Span(statement.start(), end));
    } else if (isWrap(call)) {
      Span all = all(call);
      Span inner = call.arguments().get(0);
      gone.add(new Span(all.start(), inner.start()));
      gone.add(new Span(inner.end(), all.end()));
    }
  }

  /** Where a chain's steps are asked for, the list itself is the alternative. */
  private Span all(RuntimeCall call) {
    return call.method().equals("chain") && call.choice().isPresent()
        ? call.choice().get().span()
        : call.span();
  }

  private void eraseImport(Span span) {
    int start = span.start();
    if (start > 0 && (text.text().charAt(start - 1) == ' ' || isLine(span))) {
      start--;
    }
    gone.add(new Span(start, span.end()));
  }

  private boolean isLine(Span span) {
    return text.text().charAt(span.start() - 1) == '\n';
  }

  private static String without(String text, List<Span> gone) {
    StringBuilder left = new StringBuilder(text.length());
    int at = 0;
    for (Span span : gone) {
      if (span.end() > at) {
        left.append(text, at, Math.max(at, span.start()));
        at = span.end();
      }
    }
    return left.append(text, at, text.length()).toString();
  }

  private void sort(RuntimeCall call) {
    if (isGroup(call)) {
      RuntimeCall.Declares declares = call.declares().orElseThrow();
      groups.add(new Group(call, declares.name(), toErased(declares.statement().start())));
    } else if (isWrap(call)) {
      Span inner = call.arguments().get(0);
      Span all = all(call);
      wraps.add(
          new Wrap(
              call,
              new Span(toErased(inner.start()), toErased(inner.end())),
              open(call, text.text(new Span(all.start(), inner.start()))),
              squeezed(text.text(new Span(inner.end(), all.end())))));
    } else if (List.of(RuntimeNames.SHARD_GROUP, RuntimeNames.SHARDS, RuntimeNames.PIPELINE)
            .contains(call.owner())
        && !isSize(call)) {
      strange.add(call);
    }
  }

  /** Whether a call tells a group of which it is an argument how many features a layer has. */
  private boolean isSize(RuntimeCall call) {
    return call.owner().equals(RuntimeNames.SHARDS)
        && call.method().equals("features")
        && groups.stream()
            .anyMatch(g -> g.call().declares().orElseThrow().statement().contains(call.span()));
  }

  private static String open(RuntimeCall call, String written) {
    return call.owner().equals(RuntimeNames.SHARD_GROUP)
        ? "@." + call.method() + "("
        : squeezed(written);
  }

  /** Without white space, and without the packages of the runtime. */
  static String squeezed(String text) {
    return text.replaceAll("\\s+", "").replace(RuntimeNames.PACKAGE, "");
  }

  /** The text as it stands. */
  SourceFile text() {
    return text;
  }

  /** The text without the insertions. */
  SourceFile erased() {
    return erased;
  }

  /** The calls around expressions, in the order of the text. */
  List<Wrap> wraps() {
    return wraps;
  }

  /** Those of a class of the runtime. */
  List<Wrap> wrapsOf(String owner) {
    return wraps.stream().filter(w -> w.call().owner().equals(owner)).toList();
  }

  /** Those that split: the methods of a group. */
  List<Wrap> splits() {
    return wrapsOf(RuntimeNames.SHARD_GROUP);
  }

  /** The groups. */
  List<Group> groups() {
    return groups;
  }

  /** Calls of the runtime in places where the compiler puts none. */
  List<RuntimeCall> strange() {
    return strange;
  }

  private int toErased(int offset) {
    int before = 0;
    int at = 0;
    for (Span span : gone) {
      if (span.start() >= offset) {
        break;
      }
      int start = Math.max(at, span.start());
      before += Math.max(0, Math.min(offset, span.end()) - start);
      at = Math.max(at, span.end());
    }
    return offset - before;
  }

  /** Where a piece of the erased text stands in the text, with the insertions inside it. */
  Span toText(Span span) {
    int start = toText(span.start(), true);
    int end = Math.max(start, toText(span.end(), false));
    for (int i = gone.size() - 1; i >= 0 && open(start, end) < 0; i--) {
      start = gone.get(i).end() == start ? gone.get(i).start() : start;
    }
    return new Span(start, end);
  }

  /** How many parentheses are opened and not closed; negative if more are closed. */
  private int open(int start, int end) {
    String piece = text.text(new Span(start, end));
    return (int) (piece.chars().filter(c -> c == '(').count())
        - (int) piece.chars().filter(c -> c == ')').count();
  }

  private int toText(int offset, boolean behind) {
    int moved = offset;
    int at = 0;
    for (Span span : gone) {
      int start = Math.max(at, span.start());
      if (span.end() <= at) {
        continue;
      }
      if (start > moved || start == moved && !behind) {
        break;
      }
      moved += span.end() - start;
      at = span.end();
    }
    return moved;
  }
}
