package dev.geminijava.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompilerTest {

  private static final SourceFile GOOD =
      new SourceFile(
          Path.of("Good.java"),
          "class Good { ai.djl.Model m = ai.djl.Model.newInstance(\"good\"); }\n");

  private static Compilation compile(Options options, SourceFile... files) {
    return new Compiler(Rewriting.classPath(), options).compile(List.of(files));
  }

  @Test
  void whatJavacRejectsStaysAsItIsAndTheRestIsCompiled() {
    SourceFile bad =
        new SourceFile(
            Path.of("Bad.java"),
            "class Bad { int x = \"\"; ai.djl.Model m = ai.djl.Model.newInstance(\"bad\"); }\n");
    SourceFile worse = new SourceFile(Path.of("Worse.java"), "class Worse { int ; }\n");
    Compilation compilation = compile(Options.PROGRAM, bad, worse, GOOD);
    assertTrue(compilation.hasErrors());
    assertEquals(
        List.of("Worse.java", "Bad.java"),
        compilation.diagnostics().stream()
            .map(Diagnostic::file)
            .map(SourceFile::toString)
            .toList());
    Diagnostic type = compilation.diagnostics().get(1);
    assertEquals("incompatible types: java.lang.String cannot be converted to int", type.message());
    assertEquals("\"\"", type.file().text(type.span()));
    assertEquals(
        List.of(false, false, true),
        compilation.files().stream().map(CompiledFile::isChanged).toList());
  }

  @Test
  void anUnknownClassIsAnErrorNotAnException() {
    SourceFile file =
        new SourceFile(Path.of("A.java"), "class A extends gone.Block { Object o = forward(); }");
    Compilation compilation = compile(Options.PROGRAM, file);
    assertTrue(compilation.hasErrors());
    assertFalse(compilation.files().get(0).isChanged());
  }

  @Test
  void aPassCanBeLeftOut() {
    assertTrue(compile(Options.PROGRAM, GOOD).files().get(0).isChanged());
    Options without = new Options(false, Set.of("wrap-models"), Plugins.NONE);
    assertFalse(compile(without, GOOD).files().get(0).isChanged());
  }

  @Test
  void nothingToCompileIsNothingCompiled() {
    assertEquals(List.of(), compile(Options.PROGRAM).files());
  }
}
