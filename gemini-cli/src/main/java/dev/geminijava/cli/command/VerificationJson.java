package dev.geminijava.cli.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.source.Position;
import dev.geminijava.passes.verify.Property;
import dev.geminijava.passes.verify.Tally;
import dev.geminijava.passes.verify.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A verification for programs. */
final class VerificationJson {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private VerificationJson() {}

  private record Document(
      int version,
      boolean holds,
      List<Row> checked,
      List<Failure> failures,
      Schedules schedules,
      MemoryProof memory) {}

  private record Row(String pass, String property, int checked, long failed) {}

  private record Failure(
      String pass,
      String property,
      String file,
      int line,
      int column,
      int endLine,
      int endColumn,
      String message,
      String cure) {}

  private record Schedules(int checked, List<String> faults) {}

  static String of(Verification verification, ScheduleProof schedule, MemoryProof memory) {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, Tally> tally : verification.tallies().entrySet()) {
      for (Property property : Property.values()) {
        int checked = tally.getValue().checked(property);
        long failed = tally.getValue().failed(property);
        if (checked > 0 || failed > 0) {
          rows.add(new Row(tally.getKey(), property.label(), checked, failed));
        }
      }
    }
    Document document =
        new Document(
            1,
            verification.holds() && schedule.holds() && memory.holds(),
            rows,
            verification.failures().stream().map(VerificationJson::failure).toList(),
            new Schedules(schedule.checked(), schedule.faults()),
            memory);
    return GSON.toJson(document) + "\n";
  }

  private static Failure failure(Verification.Failure failure) {
    Diagnostic diagnostic = failure.finding().diagnostic();
    Position from = diagnostic.file().position(diagnostic.span().start());
    Position to = diagnostic.file().position(diagnostic.span().end());
    return new Failure(
        failure.pass(),
        failure.finding().property().label(),
        diagnostic.file().path().toString(),
        from.line(),
        from.column(),
        to.line(),
        to.column(),
        diagnostic.message(),
        diagnostic.cure());
  }
}
