package dev.geminijava.cli.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.geminijava.passes.emit.SourceMap;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Position;
import java.util.List;
import java.util.Locale;

/** A source map for programs: what stands where, by which pass, and why. */
final class SourceMapJson {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private SourceMapJson() {}

  private record Document(int version, String original, String output, List<Entry> insertions) {}

  private record Entry(
      String kind,
      String pass,
      String why,
      String open,
      String close,
      Place from,
      Place to,
      Place output) {}

  private record Place(int line, int column) {}

  /** The map of one file; lines and columns count from one. */
  static String of(SourceMap map, String output) {
    List<Entry> entries = map.entries().stream().map(SourceMapJson::entry).toList();
    return GSON.toJson(new Document(1, map.file().path().toString(), output, entries)) + "\n";
  }

  private static Entry entry(SourceMap.Entry entry) {
    Edit edit = entry.edit();
    return new Entry(
        edit.kind().name().toLowerCase(Locale.ROOT),
        edit.pass(),
        edit.why(),
        edit.open(),
        edit.close(),
        place(entry.from()),
        place(entry.to()),
        place(entry.output()));
  }

  private static Place place(Position position) {
    return new Place(position.line(), position.column());
  }
}
