package dev.geminijava.tests.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.geminijava.passes.Compilation;
import dev.geminijava.passes.CompiledFile;
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
    Compilation again = Models.again();
    assertFalse(again.hasErrors());
    for (CompiledFile file : again.files()) {
      assertFalse(file.isChanged(), () -> file.original().path() + ": " + file.edits());
    }
  }
}
