package dev.geminijava.cli.command;

import dev.geminijava.passes.diagnostic.CaretPrinter;
import dev.geminijava.passes.verify.Property;
import dev.geminijava.passes.verify.Tally;
import dev.geminijava.passes.verify.Verification;
import java.util.List;
import java.util.Map;

/** A verification for people: a table of pass and property, and what does not hold. */
final class VerificationTable {

  private VerificationTable() {}

  static String of(
      Verification verification, ScheduleProof schedule, MemoryProof memory, CaretPrinter printer) {
    StringBuilder text = new StringBuilder();
    int width = verification.tallies().keySet().stream().mapToInt(String::length).max().orElse(0);
    text.append(" ".repeat(width));
    for (Property property : Property.values()) {
      text.append("  ").append(property.label());
    }
    text.append('\n');
    for (Map.Entry<String, Tally> row : verification.tallies().entrySet()) {
      text.append(row.getKey()).append(" ".repeat(width - row.getKey().length()));
      for (Property property : Property.values()) {
        text.append("  ").append(cell(row.getValue(), property));
      }
      text.append('\n');
    }
    text.append("schedules: ").append(schedule.checked());
    text.append(
        schedule.holds()
            ? " complete, free of deadlock, and none holds more micro-batches than it promises\n"
            : ", " + schedule.faults().size() + "! things do not hold\n");
    text.append(memory.answer()).append('\n');
    memory.notes().forEach(note -> text.append("  note: ").append(note).append('\n'));
    text.append('\n');
    List<Verification.Failure> failures = verification.failures();
    for (Verification.Failure failure : failures) {
      text.append("after ").append(failure.pass()).append(", ");
      text.append(failure.finding().property().label()).append(":\n");
      text.append(printer.print(failure.finding().diagnostic())).append('\n');
    }
    schedule.faults().forEach(fault -> text.append("schedule: ").append(fault).append('\n'));
    memory.faults().forEach(fault -> text.append("memory: ").append(fault).append('\n'));
    int count = failures.size() + schedule.faults().size() + memory.faults().size();
    text.append(
        count == 0
            ? "verified: everything that was looked at holds\n"
            : "NOT verified: "
                + count
                + (count == 1 ? " thing does not hold\n" : " things do not hold\n"));
    return text.toString();
  }

  /** How many things were looked at, or how many of them do not hold. */
  private static String cell(Tally tally, Property property) {
    long failed = tally.failed(property);
    int checked = tally.checked(property);
    String cell = failed > 0 ? failed + "!" : checked == 0 ? "·" : String.valueOf(checked);
    return " ".repeat(Math.max(0, property.label().length() - cell.length())) + cell;
  }
}
