package dev.geminijava.cli.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCacheTest {

  private static final CompiledProgram PROGRAM =
      new CompiledProgram(
          List.of("a.A", "a.B"), Map.of("a.A", new byte[] {1, 2}), "Note: ä\n", "p");

  @TempDir private Path directory;

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size());
      return all.get(0);
    }
  }

  @Test
  void whatIsKeptIsFound() {
    ProgramCache cache = new ProgramCache(directory);
    assertNull(cache.find("key"));
    cache.keep("key", PROGRAM);
    CompiledProgram found = cache.find("key");
    assertEquals(PROGRAM.types(), found.types());
    assertEquals(PROGRAM.messages(), found.messages());
    assertEquals(PROGRAM.logging(), found.logging());
    assertArrayEquals(new byte[] {1, 2}, found.classes().get("a.A"));
    assertNull(cache.find("other"));
  }

  @Test
  void twoKeysWithOneNameAreToldApart() throws IOException {
    ProgramCache cache = new ProgramCache(directory);
    cache.keep("key", PROGRAM);
    Path kept = onlyFile();
    cache.keep("other", PROGRAM);
    try (Stream<Path> files = Files.list(directory)) {
      Path other = files.filter(file -> !file.equals(kept)).findFirst().orElseThrow();
      Files.copy(kept, other, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    assertNull(cache.find("other"));
    assertNotNull(cache.find("key"));
  }

  @Test
  void everyBrokenByteIsNoticed() throws IOException {
    ProgramCache cache = new ProgramCache(directory);
    cache.keep("key", PROGRAM);
    Path file = onlyFile();
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x40;
      Files.write(file, bad);
      assertNull(cache.find("key"), "byte " + i);
      Files.write(file, java.util.Arrays.copyOf(good, i));
      assertNull(cache.find("key"), "cut at " + i);
    }
  }

  @Test
  void theOldestGo() throws IOException {
    ProgramCache cache = new ProgramCache(directory);
    for (int i = 0; i < 70; i++) {
      cache.keep("key" + i, PROGRAM);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(64, files.count());
    }
  }
}
