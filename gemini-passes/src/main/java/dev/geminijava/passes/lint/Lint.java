package dev.geminijava.passes.lint;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.evaluate.Evaluation;
import dev.geminijava.passes.evaluate.Insight;
import dev.geminijava.passes.front.Parsed;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.front.Suppressions;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks over a program's files. The sources are read once, then the files are looked at in
 * parallel.
 *
 * @param checks what to look for
 * @param passes the passes whose notes are findings, too
 * @param rules how layers and methods are split
 * @param library the sources of DJL that models are made of
 * @param degrees how parallel the program is meant to run
 */
public record Lint(
    List<Check> checks, List<Pass> passes, RuleTable rules, LibraryCode library, Degrees degrees) {

  /** Keeps its own lists. */
  public Lint {
    checks = List.copyOf(checks);
    passes = List.copyOf(passes);
  }

  /**
   * The checks of this module and of all plug-ins that a loader sees, and the notes of the passes,
   * by their codes.
   *
   * @throws IllegalArgumentException if two checks have the same code
   */
  public static List<Check> load(ClassLoader loader) {
    Map<String, Check> checks = new HashMap<>();
    PassNotes.CODES.forEach(noted -> checks.put(noted.code(), noted));
    for (Check check : ServiceLoader.load(Check.class, loader)) {
      Check other = checks.putIfAbsent(check.code(), check);
      if (other != null && other.getClass() != check.getClass()) {
        throw new IllegalArgumentException(
            "two checks have the code " + check.code() + ": " + other + " and " + check);
      }
    }
    return checks.values().stream().sorted(Comparator.comparing(Check::code)).toList();
  }

  /**
   * Everything there is to say about a program, in the order of the files and their texts.
   *
   * @param seen is told each file that is done, from any thread
   */
  public List<Diagnostic> run(Program program, Consumer<SourceFile> seen) {
    Map<SourceFile, Suppressions> suppressions = new IdentityHashMap<>();
    Map<SourceFile, Integer> order = new IdentityHashMap<>();
    for (Parsed parsed : program.sources()) {
      suppressions.put(parsed.file(), Suppressions.of(parsed, program.types()));
      order.put(parsed.file(), order.size());
    }
    PassNotes.Result noted = PassNotes.of(program, passes);
    ProgramCode code = forManyThreads(noted.code());
    Supplier<Insight> insight = once(() -> insight(code));
    Map<SourceFile, List<ClassCode>> classes =
        Stream.concat(code.classes().stream(), code.anonymous().stream())
            .collect(
                Collectors.groupingBy(ClassCode::file, IdentityHashMap::new, Collectors.toList()));
    List<Diagnostic> found = new ArrayList<>(noted.notes());
    found.addAll(
        program.sources().parallelStream()
            .map(Parsed::file)
            .flatMap(
                file -> {
                  List<ClassCode> own = classes.getOrDefault(file, List.of());
                  List<Diagnostic> inFile =
                      look(new LintUnit(file, own, code, rules, degrees, insight));
                  seen.accept(file);
                  return inFile.stream();
                })
            .toList());
    return found.stream()
        .filter(
            d ->
                !suppressions.containsKey(d.file())
                    || !suppressions.get(d.file()).covers(d.span(), d.code()))
        .distinct()
        .sorted(
            Comparator.comparing((Diagnostic d) -> order.getOrDefault(d.file(), -1))
                .thenComparing(d -> d.span().start())
                .thenComparing(Diagnostic::code))
        .toList();
  }

  /** A program that cannot be evaluated is looked at by its text alone. */
  private Insight insight(ProgramCode code) {
    try {
      return Evaluation.of(code, library, rules).insight();
    } catch (IllegalStateException e) {
      return Insight.NONE;
    }
  }

  private static <T> Supplier<T> once(Supplier<T> make) {
    AtomicReference<T> made = new AtomicReference<>();
    return () -> {
      synchronized (made) {
        if (made.get() == null) {
          made.set(make.get());
        }
        return made.get();
      }
    };
  }

  private List<Diagnostic> look(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    for (Check check : checks) {
      try {
        found.addAll(check.run(unit));
      } catch (RuntimeException | StackOverflowError e) {
        found.add(
            new Diagnostic(
                Severity.NOTE,
                "check-failed",
                unit.file(),
                unit.file().line(1),
                "the check " + check.code() + " failed here, and the file goes without it: " + e,
                "report this file, it shows a fault of gemini-java"));
      }
    }
    return found;
  }

  /** javac answers one thread at a time. */
  private static ProgramCode forManyThreads(ProgramCode code) {
    record Question(String type, String supertype) {}
    Map<Question, Boolean> answers = new ConcurrentHashMap<>();
    BiPredicate<String, String> javac = code.subtypes();
    Object lock = new Object();
    return new ProgramCode(
        code.classes(),
        code.anonymous(),
        (type, supertype) -> {
          Question question = new Question(type, supertype);
          Boolean known = answers.get(question);
          if (known == null) {
            synchronized (lock) {
              known = javac.test(type, supertype);
            }
            answers.put(question, known);
          }
          return known;
        });
  }
}
