package dev.geminijava.passes.verify;

import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Parsed;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts that are verified: as they stand, and without their insertions.
 *
 * @param program the texts as javac sees them
 * @param inserted the insertions of each file that javac takes
 * @param erased the program without them
 * @param code what the classes of the erased program compute
 */
record Sources(
    Program program, Map<SourceFile, Inserted> inserted, Program erased, ProgramCode code) {

  /** A program that was read, and what its classes compute. */
  record Reading(Program program, ProgramCode code) {}

  /**
   * Reads texts.
   *
   * @param known programs that were read before, by their texts
   */
  static Sources of(
      List<SourceFile> texts, List<Path> classPath, Map<List<SourceFile>, Reading> known) {
    Program program = Program.of(texts, classPath);
    Map<SourceFile, Inserted> inserted = new HashMap<>();
    List<SourceFile> without = new java.util.ArrayList<>();
    for (Parsed parsed : program.sources()) {
      Inserted own = Inserted.in(parsed, program.types());
      // Equal texts are the same file, whoever holds it.
      inserted.put(own.erased(), own);
      without.add(own.erased());
    }
    Reading reading =
        known.computeIfAbsent(
            List.copyOf(without),
            files -> {
              Program erased = Program.of(files, classPath);
              return new Reading(erased, Lift.lift(erased));
            });
    return new Sources(program, inserted, reading.program(), reading.code());
  }

  /** The insertions of a file of the erased program. */
  Inserted inserted(SourceFile erasedFile) {
    return inserted.get(erasedFile);
  }

  /** Something to say about a place of the erased program, shown where it stands in the text. */
  Finding finding(
      Property property, SourceFile erasedFile, Span span, String message, String cure) {
    Inserted in = inserted(erasedFile);
    return Finding.at(property, in.text(), in.toText(span), message, cure);
  }
}
