package dev.geminijava.passes.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.passes.Compiler;
import dev.geminijava.passes.Options;
import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Fix;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** What the checks say about sources. */
public final class Linting {

  private static final Compiler COMPILER = new Compiler(List.of(), Options.PROGRAM);

  /** What forward code most often needs. */
  public static final String IMPORTS =
      """
      import ai.djl.*;
      import ai.djl.engine.*;
      import ai.djl.ndarray.*;
      import ai.djl.ndarray.index.*;
      import ai.djl.ndarray.types.*;
      import ai.djl.nn.*;
      import ai.djl.nn.core.*;
      import ai.djl.nn.norm.*;
      import ai.djl.nn.convolutional.*;
      import ai.djl.nn.transformer.*;
      import ai.djl.training.*;
      import ai.djl.training.dataset.*;
      import ai.djl.training.loss.*;
      import ai.djl.util.*;
      import java.util.*;
      """;

  private final SourceFile file;
  private final List<Diagnostic> found;

  private Linting(SourceFile file, Degrees degrees, String... others) {
    this.file = file;
    List<SourceFile> files = new ArrayList<>(List.of(file));
    for (String other : others) {
      files.add(new SourceFile(Path.of("Other" + files.size() + ".java"), other));
    }
    Program program = Program.of(files, Rewriting.classPath());
    assertEquals(List.of(), program.diagnostics(), "the test's own source must compile");
    found =
        new Lint(
                Lint.load(Linting.class.getClassLoader()),
                COMPILER.passes().passes(),
                COMPILER.rules(),
                LibraryCode.NONE,
                degrees)
            .run(program, seen -> {});
  }

  /** A whole source. */
  public static Linting of(String source, String... others) {
    return new Linting(new SourceFile(Path.of("Main.java"), source), Degrees.UNKNOWN, others);
  }

  /** Classes, to which the imports are added. */
  public static Linting classes(Degrees degrees, String classes) {
    return new Linting(
        new SourceFile(Path.of("Main.java"), IMPORTS + classes.strip() + "\n"), degrees);
  }

  /**
   * The body of a forward method with {@code store}, {@code inputs} and {@code training}, in a
   * block with these members; {@code a} and {@code b} are linear layers.
   */
  public static Linting forward(String members, String body) {
    return forward(Degrees.UNKNOWN, members, body);
  }

  /** The same, meant to run in parallel like this. */
  public static Linting forward(Degrees degrees, String members, String body) {
    return classes(degrees, block(members, body));
  }

  private static String block(String members, String body) {
    return """
        class Net extends AbstractBlock {
          final Block a = addChildBlock("a", Linear.builder().setUnits(8).build());
          final Block b = addChildBlock("b", Linear.builder().setUnits(8).build());
        %s
          @Override
          protected NDList forwardInternal(
              ParameterStore store, NDList inputs, boolean training, PairList<String, Object> more) {
        %s
          }
          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }
        """
        .formatted(members.indent(2).stripTrailing(), body.indent(4).stripTrailing());
  }

  /** Degrees of which any may be 0 for unknown. */
  public static Degrees degrees(int shards, int stages, int microBatches) {
    return new Degrees(known(shards), known(stages), known(microBatches));
  }

  private static OptionalInt known(int degree) {
    return degree == 0 ? OptionalInt.empty() : OptionalInt.of(degree);
  }

  /** Everything found. */
  public List<Diagnostic> findings() {
    return found;
  }

  /** The findings of a code are about these texts, in this order, and no others. */
  public Linting finds(String code, String... places) {
    assertEquals(
        List.of(places),
        found.stream()
            .filter(d -> d.code().equals(code))
            .map(d -> d.file().text(d.span()).replaceAll("\\s+", " "))
            .toList(),
        code);
    return this;
  }

  /** The first finding of a code says exactly this. */
  public Linting says(String code, String message) {
    assertEquals(
        message,
        found.stream()
            .filter(d -> d.code().equals(code))
            .findFirst()
            .map(Diagnostic::message)
            .orElse("nothing"));
    return this;
  }

  /** The text after every fix. */
  public String fixed() {
    List<Fix.Replacement> all =
        found.stream()
            .filter(d -> d.file() == file)
            .flatMap(d -> d.fix().stream())
            .flatMap(f -> f.replacements().stream())
            .sorted(Comparator.comparing((Fix.Replacement r) -> -r.span().start()))
            .toList();
    StringBuilder text = new StringBuilder(file.text());
    all.forEach(r -> text.replace(r.span().start(), r.span().end(), r.text()));
    return text.toString();
  }
}
