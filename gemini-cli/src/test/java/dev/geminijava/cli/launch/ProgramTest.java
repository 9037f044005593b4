package dev.geminijava.cli.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

  @TempDir private Path root;

  private Path write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private List<String> found(Path main) {
    return Program.of(main).sources().stream()
        .map(source -> root.relativize(source.path()).toString())
        .toList();
  }

  @Test
  void filesAreFoundThroughOneAnother() throws IOException {
    Path main = write("p/Main.java", "package p; class Main { A a; q.B b; }");
    write("p/A.java", "package p; import r.*; class A { C c; }");
    write("q/B.java", "package q; public class B { static class Inner {} }");
    write("r/C.java", "package r; public class C { q.s.D.E e; }");
    write("q/s/D.java", "package q.s; public class D { public static class E {} }");
    write("p/Unused.java", "package p; class Unused {}");
    assertEquals(
        List.of("p/Main.java", "q/B.java", "p/A.java", "r/C.java", "q/s/D.java"), found(main));
  }

  @Test
  void aFileInAnotherPackageThanItsDirectoryIsNotMeant() throws IOException {
    Path main = write("Main.java", "class Main { A a; }");
    write("A.java", "package elsewhere; class A {}");
    assertEquals(List.of("Main.java"), found(main));
  }

  @Test
  void aMainFileThatIsNotWhereItsPackageSaysStandsAlone() throws IOException {
    Path main = write("Main.java", "package p; class Main { A a; }");
    write("A.java", "package p; class A {}");
    assertEquals(List.of("Main.java"), found(main));
  }
}
