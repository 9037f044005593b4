package dev.geminijava.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.pass.PassPipeline;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What passes make of sources, and the four things that must hold whatever they make. */
public final class Rewriting {

  private final List<Pass> passes;
  private final List<SourceFile> files;
  private final PassPipeline.Run run;

  private Rewriting(List<Pass> passes, List<SourceFile> files) {
    this.passes = passes;
    this.files = files;
    Program program = Program.of(files, classPath());
    assertEquals(List.of(), program.diagnostics(), "the test's own source must compile");
    this.run = new PassPipeline(passes).run(program);
  }

  /** Takes a source, and others that it needs, through a pass. */
  public static Rewriting of(Pass pass, String source, String... others) {
    List<SourceFile> files = new ArrayList<>();
    files.add(new SourceFile(Path.of("Main.java"), source));
    for (String other : others) {
      files.add(new SourceFile(Path.of("Other" + files.size() + ".java"), other));
    }
    return new Rewriting(List.of(pass), files);
  }

  /** Takes sources through several passes. */
  public static Rewriting of(List<Pass> passes, List<SourceFile> files) {
    return new Rewriting(passes, files);
  }

  /** The class path of this test, which holds DJL and the runtime's signatures. */
  public static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** The first source gets exactly this text, and all that must hold holds. */
  public Rewriting becomes(String expected) {
    holds();
    assertEquals(expected, text(files.get(0)));
    return this;
  }

  /** The first source, laid out for readers, gets exactly this text. */
  public Rewriting reads(String expected) {
    holds();
    assertEquals(expected, readable(files.get(0)));
    return this;
  }

  /** The first source stays as it is. */
  public Rewriting staysAsItIs() {
    return becomes(files.get(0).text());
  }

  /** The passes say this, and nothing else: the code, and the text that it is about. */
  public Rewriting notes(String... codesAndPlaces) {
    List<String> said = new ArrayList<>();
    for (Diagnostic note : run.unit().notes()) {
      said.add(note.code());
      said.add(note.file().text(note.span()));
    }
    assertEquals(List.of(codesAndPlaces), said);
    return this;
  }

  /** Erasure, javac on both texts, lines where they were, and a second run that finds nothing. */
  public Rewriting holds() {
    for (SourceFile file : files) {
      Edits edits = run.unit().edits(file);
      assertEquals(file.text(), edits.erase(text(file)), "erasing the insertions");
      assertEquals(
          file.lineCount(),
          new SourceFile(file.path(), text(file)).lineCount(),
          "the number of lines");
    }
    List<SourceFile> texts =
        files.stream().map(file -> new SourceFile(file.path(), text(file))).toList();
    List<SourceFile> readable =
        files.stream().map(file -> new SourceFile(file.path(), readable(file))).toList();
    for (List<SourceFile> output : List.of(texts, readable)) {
      Program again = Program.of(output, classPath());
      assertEquals(List.of(), again.diagnostics(), "javac on the output");
      PassPipeline.Run second = new PassPipeline(passes).run(again);
      assertTrue(second.unit().edits().isEmpty(), () -> "a second run: " + second.unit().edits());
    }
    return this;
  }

  /** What the passes did. */
  public PassPipeline.Run run() {
    return run;
  }

  private String text(SourceFile file) {
    return run.unit().edits(file).apply(file.text());
  }

  private String readable(SourceFile file) {
    return new CompiledFile(file, run.unit().edits(file)).readable();
  }
}
