package dev.geminijava.passes.shard;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides for each class which of its layers are split, and what this takes. Every layer that could
 * begin a split does so at first; whatever cannot go on with a split value sends the layers that it
 * came from back to being whole, and all begins anew. So what is left is understood from end to
 * end.
 */
public final class Sharding {

  /** The name of the pass in edits and messages. */
  public static final String PASS = "shard-layers";

  private final ProgramCode program;
  private final RuleTable rules;
  private final Fields allFields;

  /** Looks at a program with these rules. */
  public Sharding(ProgramCode program, RuleTable rules) {
    this.program = program;
    this.rules = rules;
    this.allFields = new Fields(program, rules);
  }

  /** What is decided about every block class of the program, in its order. */
  public List<ShardedClass> classes() {
    return program.classes().stream().filter(ClassCode::isBlock).map(this::decide).toList();
  }

  private ShardedClass decide(ClassCode code) {
    if (code.instrumented()) {
      return new ShardedClass(code, List.of(), List.of(), List.of());
    }
    Map<String, Value> fields = allFields.of(code);
    Set<Span> whole = new HashSet<>();
    Map<Span, Integer> parts = new HashMap<>();
    Set<Diagnostic> notes = new LinkedHashSet<>();
    while (true) {
      Analysis analysis =
          new Analysis(program, code, rules, allFields, fields, new Choices(whole, parts), "?");
      try {
        code.methods().stream()
            .filter(Sharding::isEntry)
            .forEach(m -> Execution.entry(analysis, m));
        analysis.checkAssumptions();
        checkVisits(analysis);
        List<Component> components = Component.of(analysis);
        List<Edit> edits = new ArrayList<>(new Groups(analysis, PASS).edits(components));
        edits.addAll(new Chains(code, PASS).edits());
        List<SplitLayer> layers = SplitLayer.of(analysis);
        return new ShardedClass(code, List.copyOf(edits), layers, List.copyOf(notes));
      } catch (Refusal refusal) {
        if (refusal.parts() > 1 && parts.keySet().stream().noneMatch(refusal.sources()::contains)) {
          refusal.sources().forEach(source -> parts.put(source, refusal.parts()));
          continue;
        }
        notes.add(note(code, refusal, analysis));
        if (!whole.addAll(refusal.sources())) {
          return new ShardedClass(code, List.of(), List.of(), List.copyOf(notes));
        }
      }
    }
  }

  /** Whoever has the parameters can run layers; private methods are looked at where called. */
  private static boolean isEntry(MethodCode method) {
    return !method.isPrivate()
        && method.parameters().stream().anyMatch(p -> p.type().equals(Names.PARAMETER_STORE));
  }

  /** What is inserted into a method has to be right whoever calls it. */
  private static void checkVisits(Analysis analysis) {
    analysis
        .visitsByMethod()
        .forEach(
            (method, visits) -> {
              Set<Mark.Key> all =
                  visits.stream().flatMap(v -> v.marks().stream()).collect(Collectors.toSet());
              if (all.isEmpty()) {
                return;
              }
              long calls = visits.stream().flatMap(v -> v.call().stream()).distinct().count();
              boolean same = visits.stream().allMatch(v -> v.marks().equals(all));
              boolean known = calls == 0 || method.isPrivate() && calls == method.uses();
              if (!same || !known) {
                throw new Refusal(
                    method.body().span(),
                    method.name() + " is also called with values that are not split",
                    all.stream()
                        .flatMap(k -> analysis.marks.get(k).sources().stream())
                        .collect(Collectors.toSet()));
              }
            });
  }

  private static Diagnostic note(ClassCode code, Refusal refusal, Analysis analysis) {
    String layers =
        refusal.sources().stream()
            .sorted(java.util.Comparator.comparingInt(Span::start))
            .filter(analysis.layers::containsKey)
            .map(s -> code.file().text(analysis.layers.get(s).span()))
            .distinct()
            .collect(Collectors.joining(", "));
    return Diagnostic.note(
        "whole-layer",
        code.file(),
        refusal.span(),
        layers + (layers.contains(",") ? " stay" : " stays") + " whole: " + refusal.getMessage(),
        "");
  }
}
