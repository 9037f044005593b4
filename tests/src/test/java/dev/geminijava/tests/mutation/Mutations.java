package dev.geminijava.tests.mutation;

import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every fault of one insertion in a file: deleted, doubled, swapped for another, or moved. */
final class Mutations {

  private static final Pattern ARGUMENTS = Pattern.compile("Shards\\.group\\(([^;]*)\\);");
  private static final Pattern AXIS = Pattern.compile(", (-?\\d+)\\)");
  private static final Pattern NEXT = Pattern.compile("\\G\\)?,\\s*([\\w.]+)(?=[,)])");

  private final CompiledFile file;
  private final List<Mutant> mutants = new ArrayList<>();

  private Mutations(CompiledFile file) {
    this.file = file;
  }

  static List<Mutant> of(CompiledFile file) {
    Mutations mutations = new Mutations(file);
    file.edits().list().forEach(mutations::of);
    return mutations.mutants;
  }

  private void of(Edit edit) {
    delete(edit);
    duplicate(edit);
    switch (edit.kind()) {
      case WRAP -> {
        swapped(edit, ".column(", ".row(");
        swapped(edit, ".row(", ".column(");
        swapped(edit, ".allReduce(", ".gather(");
        swapped(edit, ".gather(", ".allReduce(");
        number(edit);
        move(edit);
      }
      case STATEMENT -> arguments(edit);
      case IMPORT, MEMBER -> {}
    }
  }

  private void delete(Edit edit) {
    String same =
        switch (role(edit)) {
          case "cut" -> "a cut is a candidate, nothing ends there unless it is chosen";
          case "model" -> "a model that is not ours runs as in DJL, on one device";
          case "loss" -> "the loss is taken after all micro-batches instead";
          case "chain" -> "the layers of this chain stay whole";
          default -> null;
        };
    List<Edit> edits = new ArrayList<>(file.edits().list());
    edits.removeIf(e -> e == edit);
    add(edit, "delete", edits, same);
  }

  private void duplicate(Edit edit) {
    String same =
        switch (role(edit)) {
          case "cut" -> "two candidates at one place";
          case "model" -> "a model that is ours already is given back";
          case "loss" -> "the same is said twice";
          case "import" -> "the same is said twice";
          case "own" -> "a layer that draws for itself does so already";
          default -> null;
        };
    replace(edit, "duplicate", edit.open() + edit.open(), edit.close() + edit.close(), same);
  }

  private static String what(Edit edit) {
    return switch (edit.kind()) {
      case IMPORT -> "an import";
      case STATEMENT -> "a group";
      case MEMBER -> "members";
      case WRAP -> edit.open().replaceAll(".*\\.", "").replace("(", "");
    };
  }

  /** What an insertion is for, where faults of it may be none. */
  private static String role(Edit edit) {
    String open = edit.open();
    return edit.kind() == Edit.Kind.IMPORT
        ? "import"
        : open.endsWith("Pipeline.cut(")
            ? "cut"
            : open.endsWith("GeminiModel.of(")
                ? "model"
                : open.endsWith("lossFollows(")
                    ? "loss"
                    : open.endsWith("Shards.chain(")
                        ? "chain"
                        : open.endsWith(".own(") ? "own" : "split";
  }

  private void swapped(Edit edit, String from, String to) {
    if (edit.open().endsWith(from)) {
      String open = edit.open().substring(0, edit.open().length() - from.length()) + to;
      replace(edit, "swap", open, edit.close(), null);
    }
  }

  /** An axis becomes its neighbour; a number of parts becomes another one, or none. */
  private void number(Edit edit) {
    Matcher axis = AXIS.matcher(edit.close());
    if (axis.matches()) {
      int number = Integer.parseInt(axis.group(1));
      replace(edit, "swap the axis of", edit.open(), ", " + (number + 1) + ")", null);
      replace(edit, "swap the axis of", edit.open(), ", " + (number - 1) + ")", null);
      if (number > 0) {
        replace(edit, "swap", edit.open(), ")", null);
      }
    }
  }

  /** A size that shrinks becomes its neighbour among the arguments. */
  private void move(Edit edit) {
    if (edit.open().endsWith(".local(") && edit.close().equals(")")) {
      Matcher next = NEXT.matcher(file.original().text());
      if (next.find(edit.span().end())) {
        Span there = new Span(next.start(1), next.end(1));
        boolean taken = file.edits().list().stream().anyMatch(e -> e.span().equals(there));
        if (!taken) {
          Edit moved = Edit.wrap(there, edit.open(), ")", edit.pass(), edit.why());
          add(edit, "move", with(edit, moved), null);
        }
      }
    }
  }

  private void arguments(Edit edit) {
    Matcher matcher = ARGUMENTS.matcher(edit.open());
    if (!matcher.find() || matcher.group(1).isEmpty()) {
      return;
    }
    List<String> arguments = Arrays.asList(matcher.group(1).split(", "));
    for (int i = 0; i < arguments.size(); i++) {
      List<String> fewer = new ArrayList<>(arguments);
      fewer.remove(i);
      group(edit, matcher, "delete a size of", fewer, null);
      List<String> more = new ArrayList<>(arguments);
      more.add(arguments.get(i));
      // With one size the ranks may share unevenly; with the same size twice they may not.
      group(
          edit, matcher, "duplicate a size of", more, "the same size is asked for, if only evenly");
    }
    if (arguments.size() > 1) {
      List<String> swapped = new ArrayList<>(arguments);
      Collections.swap(swapped, 0, 1);
      group(edit, matcher, "swap sizes of", swapped, "the order of sizes says nothing");
    }
  }

  private void group(Edit edit, Matcher matcher, String kind, List<String> arguments, String same) {
    String open =
        edit.open().substring(0, matcher.start(1))
            + arguments.stream().collect(Collectors.joining(", "))
            + edit.open().substring(matcher.end(1));
    replace(edit, kind, open, "", same);
  }

  private void replace(Edit edit, String kind, String open, String close, String same) {
    Edit changed = new Edit(edit.kind(), edit.span(), open, close, edit.pass(), edit.why());
    add(edit, kind, with(edit, changed), same);
  }

  private List<Edit> with(Edit edit, Edit changed) {
    return file.edits().list().stream().map(e -> e == edit ? changed : e).toList();
  }

  private void add(Edit edit, String kind, List<Edit> edits, String same) {
    SourceFile original = file.original();
    String text;
    try {
      text = Edits.of(edits).apply(original.text());
    } catch (IllegalArgumentException e) {
      // Wraps that cross make no text.
      return;
    }
    mutants.add(
        new Mutant(
            new SourceFile(original.path(), text),
            edit,
            original.position(edit.span().start()).line(),
            kind + " " + what(edit),
            Optional.ofNullable(same)));
  }
}
