package dev.geminijava.cli.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.geminijava.passes.evaluate.Coverage;
import dev.geminijava.passes.evaluate.Coverage.Item;
import dev.geminijava.passes.evaluate.Coverage.Kind;
import dev.geminijava.passes.source.Position;
import dev.geminijava.passes.source.SourceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is understood, file by file, with the total at the end. */
final class CoverageReport {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private CoverageReport() {}

  /** A line for each file, under it one for each thing that is not understood. */
  static String text(Coverage coverage) {
    StringBuilder text = new StringBuilder();
    for (SourceFile file : coverage.files()) {
      Coverage own = new Coverage(coverage.of(file));
      text.append(file.path()).append("  ").append(counts(own)).append("\n");
      for (Item item : own.items()) {
        if (!item.understood()) {
          text.append("  line ").append(file.position(item.span().start()).line());
          text.append(": ").append(name(item.kind())).append(" ").append(item.what());
          text.append(": ").append(item.why()).append("\n");
        }
      }
    }
    text.append(text.isEmpty() ? "" : "\n");
    for (Kind kind : Kind.values()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-20s %5d of %5d understood  %5.1f %%%n",
              names(kind),
              coverage.understood(kind),
              coverage.count(kind),
              percent(coverage, kind)));
    }
    return text.toString();
  }

  private static String counts(Coverage coverage) {
    List<String> counts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (coverage.count(kind) > 0) {
        counts.add(names(kind) + " " + coverage.understood(kind) + "/" + coverage.count(kind));
      }
    }
    return String.join(", ", counts);
  }

  private static double percent(Coverage coverage, Kind kind) {
    long count = coverage.count(kind);
    return count == 0 ? 100 : 100.0 * coverage.understood(kind) / count;
  }

  private static String name(Kind kind) {
    return switch (kind) {
      case MODEL -> "model";
      case LAYER -> "layer";
      case FORWARD -> "forward body";
    };
  }

  private static String names(Kind kind) {
    return switch (kind) {
      case MODEL -> "models";
      case LAYER -> "layer constructions";
      case FORWARD -> "forward bodies";
    };
  }

  private record Document(int version, Map<String, Total> totals, List<Row> items) {}

  private record Total(long understood, long count, double percent) {}

  private record Row(
      String kind,
      String file,
      int line,
      int column,
      String what,
      boolean understood,
      String why) {}

  static String json(Coverage coverage) {
    Map<String, Total> totals = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      double rounded = Math.round(10 * percent(coverage, kind)) / 10.0;
      totals.put(
          kind.name().toLowerCase(Locale.ROOT),
          new Total(coverage.understood(kind), coverage.count(kind), rounded));
    }
    List<Row> rows = new ArrayList<>();
    for (Item item : coverage.items()) {
      Position start = item.file().position(item.span().start());
      rows.add(
          new Row(
              item.kind().name().toLowerCase(Locale.ROOT),
              item.file().path().toString(),
              start.line(),
              start.column(),
              item.what(),
              item.understood(),
              item.why()));
    }
    return GSON.toJson(new Document(1, totals, rows)) + "\n";
  }
}
