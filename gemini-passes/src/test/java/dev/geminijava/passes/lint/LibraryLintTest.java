package dev.geminijava.passes.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DJL's own sources are good code: what is found there was read by a person, and is true. */
@Tag("slow")
class LibraryLintTest {

  private static final Compiler COMPILER = new Compiler(List.of(), Options.PROGRAM);

  @Test
  void theLibraryHasOnlyWhatItReallyHas() throws IOException {
    // Its fields are filled by the first forward pass, element by element.
    assertEquals(
        List.of(
            "LinearCollection.java state-in-forward shiftBatchAxis = new int[dim]",
            "LinearCollection.java state-in-forward reverseShiftBatchAxis = new int[dim]"),
        warnings("api"));
    assertEquals(List.of(), warnings("model-zoo"));
  }

  private static List<String> warnings(String module) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    Path folder = Path.of("target", "djl-sources");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, module + "-*.jar");
        ZipFile jar = new ZipFile(jars.iterator().next().toFile())) {
      for (ZipEntry entry : jar.stream().map(ZipEntry.class::cast).toList()) {
        if (entry.getName().matches(".*(?<!-info)\\.java")) {
          byte[] bytes = jar.getInputStream(entry).readAllBytes();
          files.add(
              new SourceFile(Path.of(entry.getName()), new String(bytes, StandardCharsets.UTF_8)));
        }
      }
    }
    Program program = Program.of(files, Rewriting.classPath());
    assertEquals(List.of(), program.diagnostics());
    return new Lint(
            Lint.load(LibraryLintTest.class.getClassLoader()),
            COMPILER.passes().passes(),
            COMPILER.rules(),
            LibraryCode.NONE,
            Degrees.UNKNOWN)
        .run(program, file -> {}).stream()
            .filter(d -> d.severity() != Severity.NOTE)
            .map(
                d -> d.file().path().getFileName() + " " + d.code() + " " + d.file().text(d.span()))
            .toList();
  }
}
