package dev.geminijava.passes.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.emit.Overlay;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sources that are read one by one say the same as all of them together. */
class LibrarySourcesTest {

  private static Map<String, SourceFile> layers() throws IOException {
    Map<String, SourceFile> sources = new TreeMap<>();
    Path folder = Path.of("target", "djl-sources");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "api-*.jar")) {
      for (SourceFile file : Overlay.sources(jars.iterator().next())) {
        String path = file.path().toString().replace('\\', '/');
        if (path.matches("ai/djl/nn/.*(?<!-info)\\.java")) {
          sources.put(path.replaceAll("\\.java$", "").replace('/', '.'), file);
        }
      }
    }
    return sources;
  }

  /** Without the fields that classes of other files change: those are not all read. */
  private static String told(ClassCode code) {
    return code.toString().replaceAll("assignedOutside=\\[[^]]*]", "");
  }

  @Test
  void readingOneByOneSaysTheSameAsReadingAll() throws IOException {
    Map<String, SourceFile> sources = layers();
    ProgramCode all = Lift.lift(Program.of(List.copyOf(sources.values()), Rewriting.classPath()));
    LibrarySources library = new LibrarySources(() -> sources, Rewriting.classPath());
    assertTrue(all.classes().size() > 80, "DJL's layers");
    Stream.concat(all.classes().stream(), all.anonymous().stream())
        .forEach(
            code ->
                assertEquals(
                    told(code), told(library.find(code.name()).orElseThrow()), code.name()));
  }

  @Test
  void whatIsNotAskedForIsNotRead() throws IOException {
    Map<String, SourceFile> sources = layers();
    LibrarySources library = new LibrarySources(() -> sources, Rewriting.classPath());
    assertEquals(Optional.empty(), library.find("java.lang.String"));
    assertEquals(List.of(), library.in(sources.values()).classes());
    assertEquals(
        "ai.djl.nn.core.Linear.Builder",
        library.find("ai.djl.nn.core.Linear.Builder").orElseThrow().name());
    assertEquals(
        List.of("ai.djl.nn.core.Linear", "ai.djl.nn.core.Linear.Builder"),
        library.in(sources.values()).classes().stream().map(ClassCode::name).toList());
    assertTrue(library.in(sources.values()).isSubtype("ai.djl.nn.core.Linear", "ai.djl.nn.Block"));
  }
}
