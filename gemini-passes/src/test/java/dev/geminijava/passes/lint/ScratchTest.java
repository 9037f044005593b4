package dev.geminijava.passes.lint;
import dev.geminijava.passes.*;
import dev.geminijava.passes.diagnostic.*;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;
class ScratchTest {
  @org.junit.jupiter.api.Test
  void scan() throws Exception {
    for (String dir : System.getProperty("scan").split(",")) {
      List<SourceFile> files = new ArrayList<>();
      try (Stream<Path> s = Files.walk(Path.of(dir))) {
        for (Path p : s.filter(x -> x.toString().endsWith(".java") && !x.toString().contains("package-info")).toList()) files.add(SourceFile.read(p));
      }
      long t = System.nanoTime();
      Program program = Program.of(files, Rewriting.classPath());
      System.out.println(dir + " errors " + program.diagnostics().size() + " files " + files.size());
      program.diagnostics().stream().limit(3).forEach(d -> System.out.println(new CaretPrinter(false).print(d)));
      long u = System.nanoTime();
      Degrees d = Linting.degrees(Integer.getInteger("k",0),Integer.getInteger("p",0),Integer.getInteger("m",0));
      List<Diagnostic> found = new Lint(Lint.load(Linting.class.getClassLoader()), new dev.geminijava.passes.Compiler(List.of(), Options.PROGRAM).passes().passes(), d).run(program, x -> {});
      System.out.println("parse " + (u-t)/1000000 + " lint " + (System.nanoTime()-u)/1000000);
      Map<String, Long> n = found.stream().collect(Collectors.groupingBy(Diagnostic::code, TreeMap::new, Collectors.counting()));
      System.out.println(n);
      for (Diagnostic x : found) if (!x.code().equals("whole-layer")) System.out.println(new CaretPrinter(false).print(x));
    }
  }
}
