package dev.geminijava.tests.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.source.SourceFile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds of every model that the other tests run. */
class ModelsTest {

  @Test
  void erasingTheInsertionsRestoresEveryByte() {
    for (CompiledFile file : Models.compilation().files()) {
      assertEquals(file.original().text(), file.edits().erase(file.text()));
      assertEquals(file.original().text().lines().count(), file.text().lines().count());
    }
  }

  @Test
  void secondRunChangesNothing() {
    List<SourceFile> rewritten =
        Models.compilation().files().stream()
            .map(file -> new SourceFile(file.original().path(), file.text()))
            .toList();
    Compilation again = new Compiler(Models.classPath(), Options.PROGRAM).compile(rewritten);
    assertFalse(again.hasErrors());
    for (CompiledFile file : again.files()) {
      assertFalse(file.isChanged(), () -> file.original().path() + ": " + file.edits());
    }
  }
}
