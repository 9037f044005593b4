package dev.geminijava.tests.mutation;

import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.verify.Verifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** How many of the faults that change the result are found without running anything. */
final class MutationScore {

  /** What came of the faults of one kind. */
  private static final class Row {
    private int made;
    private int same;
    private int rejected;
    private int missed;

    private void add(Row other) {
      made += other.made;
      same += other.same;
      rejected += other.rejected;
      missed += other.missed;
    }

    private String text(String name) {
      return "%-38s %6d %11d %9d %7d %9s%n"
          .formatted(name, made, same, rejected, missed, percent(rejected, missed));
    }
  }

  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final List<Mutant> missed = new ArrayList<>();

  /**
   * Prints the score.
   *
   * @param args how many faults to try, all if there is none
   */
  public static void main(String[] args) throws IOException {
    int most = args.length == 0 ? Integer.MAX_VALUE : Integer.parseInt(args[0]);
    System.out.print(of(Corpus.compiled(), most, 7).table());
  }

  /**
   * Tries faults.
   *
   * @param most how many of those that change the result to try
   * @param seed which ones, if not all
   */
  static MutationScore of(List<CompiledFile> files, int most, long seed) {
    MutationScore score = new MutationScore();
    List<Mutant> open = new ArrayList<>();
    for (CompiledFile file : files) {
      for (Mutant mutant : Mutations.of(file)) {
        if (mutant.same().isPresent()) {
          // Whether verification lets it pass does not count: the result is the same.
          score.add(mutant, false);
        } else {
          open.add(mutant);
        }
      }
    }
    if (most < open.size()) {
      Collections.shuffle(open, new Random(seed));
      open = open.subList(0, most);
    }
    Compiler compiler = Corpus.compiler();
    Verifier verifier = null;
    Object last = null;
    for (Mutant mutant : open) {
      if (!mutant.text().path().equals(last)) {
        // One verifier remembers what it read of one file.
        verifier = new Verifier(compiler.classPath(), compiler.passes(), compiler.rules());
        last = mutant.text().path();
      }
      score.add(mutant, !verifier.verifyTransformed(List.of(mutant.text()), List.of()).holds());
    }
    return score;
  }

  private void add(Mutant mutant, boolean rejected) {
    Row row = rows.computeIfAbsent(mutant.edit().pass() + " " + mutant.kind(), k -> new Row());
    row.made++;
    if (rejected) {
      row.rejected++;
    } else if (mutant.same().isPresent()) {
      same(row, mutant.same().get());
    } else if (Trial.canRun(mutant) && Trial.isSame(mutant)) {
      same(row, "accepted, and trained over 2 and 3 ranks: every number is that of plain DJL");
    } else {
      row.missed++;
      missed.add(mutant);
    }
  }

  private void same(Row row, String why) {
    row.same++;
    reasons.merge(why, 1, Integer::sum);
  }

  /** The faults that change the result and were not found. */
  List<Mutant> missed() {
    return missed;
  }

  /** How many faults change the result. */
  int changing() {
    return rows.values().stream().mapToInt(r -> r.rejected + r.missed).sum();
  }

  /** The found part of the faults that change the result, from 0 to 1. */
  double score() {
    return 1 - missed.size() / (double) Math.max(1, changing());
  }

  private static String percent(int rejected, int missed) {
    int all = rejected + missed;
    return all == 0 ? "·" : String.format(Locale.ROOT, "%.1f %%", 100.0 * rejected / all);
  }

  String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%-38s %6s %11s %9s %7s %9s%n"
            .formatted("pass, fault", "made", "equivalent", "rejected", "missed", "score"));
    Row all = new Row();
    rows.forEach(
        (name, row) -> {
          text.append(row.text(name));
          all.add(row);
        });
    text.append(all.text("all"));
    text.append("\nequivalent, because\n");
    reasons.forEach((why, count) -> text.append("%6d  %s%n".formatted(count, why)));
    if (!missed.isEmpty()) {
      text.append("\nmissed\n");
      missed.forEach(m -> text.append("  ").append(m).append('\n'));
    }
    return text.toString();
  }
}
