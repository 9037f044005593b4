package dev.geminijava.passes.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of DJL's own sources: the largest program that the compiler must take as it is. */
@Tag("slow")
class OverlayTest {

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target", "djl-sources"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void everythingHoldsForAllOfDjl() throws IOException {
    List<SourceFile> files = new ArrayList<>();
    for (Path jar : jars()) {
      files.addAll(Overlay.sources(jar));
    }
    assertTrue(files.size() > 400, "all of DJL: " + files.size());
    List<Pass> passes = new Compiler(Rewriting.classPath(), Options.ENGINE).passes().passes();
    Rewriting rewriting = Rewriting.of(passes, files).holds();
    List<Diagnostic> notes = rewriting.run().unit().notes();
    assertEquals(List.of(), notes.stream().filter(d -> d.severity() != Severity.NOTE).toList());
    Map<String, Integer> byPass = new TreeMap<>();
    rewriting
        .run()
        .unit()
        .edits()
        .values()
        .forEach(
            edits ->
                edits.list().stream()
                    .filter(edit -> edit.kind() != Edit.Kind.IMPORT)
                    .forEach(edit -> byPass.merge(edit.pass(), 1, Integer::sum)));
    assertEquals(1, byPass.get("wrap-models"), "BaseModelLoader makes the zoo's models");
    assertEquals(58, byPass.get("cut-stages"), "calls of a child's forward");
    assertEquals(1, byPass.get("fuse-loss"), "EasyTrain");
  }

  @Test
  void onlyWhatChangedIsWrittenAndOnlyOnce(@TempDir Path directory) throws IOException {
    Compiler compiler = new Compiler(Rewriting.classPath(), Options.ENGINE);
    List<Path> zoo = jars().stream().filter(j -> j.toString().contains("model-zoo")).toList();
    Overlay.write(directory, compiler, zoo);
    Path decoder = directory.resolve("ai/djl/basicmodelzoo/nlp/SimpleTextDecoder.java");
    assertTrue(Files.readString(decoder).contains("Pipeline.cut(block.forward("));
    assertTrue(Files.notExists(decoder.resolveSibling("package-info.java")));
    var written = Files.getLastModifiedTime(decoder);
    Overlay.write(directory, compiler, zoo);
    assertEquals(written, Files.getLastModifiedTime(decoder));
  }
}
