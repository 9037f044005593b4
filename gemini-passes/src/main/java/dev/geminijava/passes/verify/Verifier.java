package dev.geminijava.passes.verify;

import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.front.RuntimeCall;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.pass.PassPipeline;
import dev.geminijava.passes.pass.PassReport;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.Wrappers;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Edits;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Proves what the passes promise, from their output alone; nothing of the program is loaded or run.
 * The insertions are read back out of each text, and what they say is compared with what the rules
 * ask for in the text without them. How a pass came to its decisions plays no part in it.
 */
public final class Verifier {

  private final List<Path> classPath;
  private final PassPipeline passes;
  private final RuleTable rules;
  private final LibraryCode library;
  private final Map<List<SourceFile>, Sources.Reading> known = new HashMap<>();

  /**
   * A verifier.
   *
   * @param classPath what the sources need to compile, DJL and the runtime included
   * @param passes the passes that are verified
   * @param rules what is known about layers and methods
   * @param library the sources of the library's layers, as far as they are there
   */
  public Verifier(List<Path> classPath, PassPipeline passes, RuleTable rules, LibraryCode library) {
    this.classPath = List.copyOf(classPath);
    this.passes = passes;
    this.rules = rules;
    this.library = library;
  }

  /** A verifier without the library's sources: its layers are what they are called. */
  public Verifier(List<Path> classPath, PassPipeline passes, RuleTable rules) {
    this(classPath, passes, rules, LibraryCode.NONE);
  }

  /** Takes sources through the passes, and proves every property after each of them. */
  public Verification verify(List<SourceFile> files) {
    Program program = Program.of(files, classPath);
    PassPipeline.Run run = passes.run(program);
    Map<String, Tally> tallies = new LinkedHashMap<>();
    List<SourceFile> before = List.of();
    Tally last = new Tally();
    List<Pass> ran = new ArrayList<>();
    for (PassReport report : run.reports()) {
      ran.add(
          passes.passes().stream()
              .filter(p -> p.name().equals(report.name()))
              .findFirst()
              .orElseThrow());
      List<SourceFile> texts =
          files.stream().map(f -> new SourceFile(f.path(), report.text(f))).toList();
      if (!texts.equals(before)) {
        last = new Tally();
        for (SourceFile file : files) {
          erasure(file, report, last);
        }
        last.add(check(texts, new PassPipeline(ran), readable(files, report, ran)));
        before = texts;
      }
      tallies.put(report.name(), last);
    }
    return new Verification(tallies);
  }

  /**
   * Proves what can be proven of texts that hold insertions already, by whomever they were made.
   *
   * @param originals what they were made of, in the same order; without them there is nothing that
   *     the erased texts could be compared with
   */
  public Verification verifyTransformed(List<SourceFile> texts, List<SourceFile> originals) {
    Tally tally = check(texts, passes, originals);
    return new Verification(Map.of("transformed", tally));
  }

  /**
   * What is left when our insertions are read out of a text: those of plug-ins are unknown to us.
   */
  private static List<SourceFile> readable(
      List<SourceFile> files, PassReport report, List<Pass> ran) {
    Set<String> foreign =
        ran.stream()
            .filter(p -> !p.getClass().getPackageName().startsWith("dev.geminijava.passes."))
            .map(Pass::name)
            .collect(Collectors.toSet());
    return files.stream()
        .map(
            file -> {
              Edits edits = report.after().getOrDefault(file, Edits.NONE);
              Edits kept =
                  Edits.of(edits.list().stream().filter(e -> foreign.contains(e.pass())).toList());
              return new SourceFile(file.path(), kept.apply(file.text()));
            })
        .toList();
  }

  private static void erasure(SourceFile file, PassReport report, Tally tally) {
    tally.checked(Property.ERASURE, 1);
    Edits edits = report.after().getOrDefault(file, Edits.NONE);
    String erased;
    try {
      erased = edits.erase(report.text(file));
    } catch (IllegalArgumentException e) {
      erased = e.getMessage();
    }
    if (!erased.equals(file.text())) {
      tally.found(
          Finding.at(
              Property.ERASURE,
              file,
              file.line(1),
              "without the insertions the original does not return",
              "report this file, it shows a fault of the compiler"));
    }
  }

  private Tally check(List<SourceFile> texts, PassPipeline upTo, List<SourceFile> originals) {
    Tally tally = new Tally();
    Sources sources = Sources.of(texts, classPath, known);
    tally.checked(Property.JAVAC, texts.size());
    sources.program().diagnostics().stream()
        .filter(d -> d.severity() == Severity.ERROR)
        .forEach(
            d ->
                tally.found(
                    Finding.at(
                        Property.JAVAC,
                        d.file(),
                        d.span(),
                        "javac rejects this: " + d.message(),
                        "make it compile")));
    idempotence(sources.program(), upTo, tally);
    for (Inserted inserted : sources.inserted().values()) {
      strange(inserted, tally);
      outside(inserted, sources, tally);
      for (int i = 0; i < originals.size(); i++) {
        if (texts.get(i).equals(inserted.text())) {
          sameWithout(inserted, originals.get(i), tally);
        }
      }
    }
    Wrappers wrappers = new Wrappers(sources.code(), rules);
    for (ClassCode code : sources.code().classes()) {
      if (sources.inserted(code.file()) != null) {
        new CutCheck(sources, code, tally).run();
        if (code.isBlock()) {
          new SplitCheck(sources, code, tally).run(wrappers);
          new MeetingCheck(sources, code, tally).run();
        }
      }
    }
    new LossCheck(sources, tally).run();
    // What is known to be wrong need not be evaluated.
    if (tally.findings().isEmpty()) {
      new GraphCheck(sources, library, rules, tally).run();
    }
    return tally;
  }

  /** What is left without the insertions differs from the original at most in its layout. */
  private static void sameWithout(Inserted inserted, SourceFile original, Tally tally) {
    String left = inserted.erased().text().replaceAll("\\s+", "");
    String before = original.text().replaceAll("\\s+", "");
    tally.checked(Property.ERASURE, 1);
    if (!left.equals(before)) {
      int same = 0;
      while (same < Math.min(left.length(), before.length())
          && left.charAt(same) == before.charAt(same)) {
        same++;
      }
      String text = inserted.erased().text();
      int offset = 0;
      for (int seen = 0; offset < text.length(); offset++) {
        if (!Character.isWhitespace(text.charAt(offset)) && seen++ == same) {
          break;
        }
      }
      tally.found(
          Finding.at(
              Property.ERASURE,
              inserted.text(),
              Span.at(inserted.toText(Span.at(offset)).start()),
              "without the insertions this is not " + original.path(),
              "change the original, and transform it again"));
    }
  }

  private static void idempotence(Program program, PassPipeline passes, Tally tally) {
    PassPipeline.Run again = passes.run(program);
    tally.checked(Property.IDEMPOTENCE, passes.passes().size());
    again
        .unit()
        .edits()
        .forEach(
            (file, edits) -> {
              for (Edit edit : edits.list()) {
                if (edit.kind() != Edit.Kind.IMPORT) {
                  tally.found(
                      Finding.at(
                          Property.IDEMPOTENCE,
                          file,
                          edit.span(),
                          edit.pass() + " would insert " + edit.open() + "…" + edit.close(),
                          "run transform again"));
                }
              }
            });
  }

  /** Splits are understood in blocks only. */
  private static void outside(Inserted inserted, Sources sources, Tally tally) {
    for (Inserted.Wrap wrap : inserted.splits()) {
      boolean inBlock =
          sources.code().classes().stream()
              .filter(c -> c.isBlock() && c.file().equals(inserted.erased()))
              .anyMatch(c -> c.span().contains(wrap.inner()));
      if (!inBlock) {
        tally.found(
            sources.finding(
                Property.SPLITS,
                inserted.erased(),
                wrap.inner(),
                "a split stands in a class that is no block, and nothing can be said about it",
                "split in the block that calls this"));
      }
    }
  }

  private static void strange(Inserted inserted, Tally tally) {
    for (RuntimeCall call : inserted.strange()) {
      tally.found(
          Finding.at(
              Property.SPLITS,
              inserted.text(),
              new Span(call.span().start(), call.span().end()),
              "the compiler puts no such call here, and nothing can be said about it",
              call.inLambda()
                  ? "call it outside of the lambda"
                  : "declare the group as a variable: ShardGroup shards = Shards.group(…)"));
    }
  }
}
