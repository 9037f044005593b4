package dev.geminijava.passes.shard;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.plan.SplitForecast;
import dev.geminijava.passes.shard.search.Problem;
import dev.geminijava.passes.shard.search.Search;
import dev.geminijava.passes.shard.search.Solution;
import dev.geminijava.passes.shard.search.Split;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides for each class which of its layers are split, and what this takes. Every layer that could
 * begin a split does so at first; whatever cannot go on with a split value sends the layers that it
 * came from back to being whole, and all begins anew. So what is left is understood from end to
 * end. Where sizes are known, a search looks for better choices; they are propagated in the same
 * way, and taken if that proves them.
 */
public final class Sharding {

  /** The name of the pass in edits and messages. */
  public static final String PASS = "shard-layers";

  private final ProgramCode program;
  private final RuleTable rules;
  private final Wrappers wrappers;
  private final Fields allFields;
  private final Workload workload;
  private final Target target;
  private final Optional<Diagnostic> draws;

  /** A note, and the layer calls that it is about. */
  private record Note(Diagnostic diagnostic, Set<Span> calls) {}

  /** What stands after all that could not go on was sent back. */
  private record Settled(
      Analysis analysis, List<Component> components, List<Edit> edits, List<Note> notes) {

    /** What became of each layer call that could be split. */
    Map<Span, String> chosen() {
      Map<Span, String> chosen = new HashMap<>();
      for (SplitLayer layer : SplitLayer.of(analysis)) {
        LayerUse use = analysis.uses.get(layer.call());
        if (use == null) {
          // It only carries the split of others.
          continue;
        }
        boolean gathered = use.rule().gathered() || analysis.choices.isGathered(layer.call());
        chosen.put(
            layer.call(),
            analysis.choices.isHead(layer.call())
                    || layer.how().equals("vocabulary")
                    || gathered && layer.how().equals(Split.COLUMN.label())
                ? LayerChoice.GATHERED
                : layer.how());
      }
      return chosen;
    }
  }

  /**
   * A class about whose layers nothing was decided by costs yet.
   *
   * @param settled empty if nothing of it can be split
   */
  private record Draft(
      ClassCode code,
      Optional<Settled> settled,
      List<Diagnostic> notes,
      Optional<Weighing> weighing,
      List<Pairing> pairings) {

    static Draft untouched(ClassCode code, List<Diagnostic> notes) {
      return new Draft(code, Optional.empty(), notes, Optional.empty(), List.of());
    }

    boolean isInformed() {
      return weighing.filter(Weighing::isInformed).isPresent();
    }
  }

  /** Looks at a program with these rules, for two virtual CPU devices. */
  public Sharding(ProgramCode program, RuleTable rules) {
    this(program, rules, Workload.UNKNOWN, Target.ANY);
  }

  /**
   * Looks at a program with these rules.
   *
   * @param workload what is known of the work of its layers
   * @param target what it is meant for
   */
  public Sharding(ProgramCode program, RuleTable rules, Workload workload, Target target) {
    this.program = program;
    this.wrappers = new Wrappers(program, rules);
    this.rules = wrappers.rules();
    this.allFields = new Fields(program, wrappers);
    this.workload = workload;
    this.target = target;
    this.draws = JavaDraws.in(program);
  }

  /** What is decided about every block class of the program, in its order. */
  public List<ShardedClass> classes() {
    return decided(program.classes().stream().filter(ClassCode::isBlock).toList());
  }

  /** What is decided about one block class of the program, as if it were the only one. */
  public ShardedClass of(ClassCode code) {
    return decided(List.of(code)).get(0);
  }

  private List<ShardedClass> decided(List<ClassCode> codes) {
    List<Draft> drafts = codes.stream().map(this::draft).toList();
    Map<Draft, Map<Span, String>> best = best(drafts.stream().filter(Draft::isInformed).toList());
    GivenLayers given = new GivenLayers(program, rules);
    return drafts.stream()
        .map(draft -> decided(draft, best))
        .map(decided -> decided.noting(given.in(decided.code())))
        .toList();
  }

  private ShardedClass decided(Draft draft, Map<Draft, Map<Span, String>> best) {
    if (wrappers.isWrapper(draft.code())) {
      return wrapper(draft.code());
    }
    if (draft.settled().isEmpty()) {
      return ShardedClass.untouched(draft.code(), draft.notes());
    }
    Settled first = draft.settled().get();
    Settled settled =
        Optional.ofNullable(best.get(draft))
            .flatMap(found -> better(draft.code(), first, found))
            .orElse(first);
    ShardedClass decided =
        explained(draft.code(), settled, draft.weighing().orElseThrow(), draft.pairings());
    return draws.isPresent() && !decided.edits().isEmpty()
        ? ShardedClass.untouched(draft.code(), List.of(draws.get()))
        : decided;
  }

  /** Its layer is split by whoever calls it. */
  private ShardedClass wrapper(ClassCode code) {
    return draws.isPresent()
        ? ShardedClass.untouched(code, List.of(draws.get()))
        : new ShardedClass(
            code, wrappers.edits(code, PASS), List.of(), List.of(), List.of(), List.of());
  }

  private Draft draft(ClassCode code) {
    if (code.instrumented() || wrappers.isWrapper(code)) {
      return Draft.untouched(code, List.of());
    }
    List<Note> notes = new ArrayList<>();
    Optional<Settled> first = first(code, notes);
    if (first.isEmpty()) {
      return Draft.untouched(code, notes.stream().map(Note::diagnostic).distinct().toList());
    }
    Settled settled = first.get();
    Weighing weighing = new Weighing(settled.analysis(), workload, target.costs());
    List<Pairing> pairings =
        weighing.isInformed()
            ? pairings(code, settled, weighing.calls())
            : Pairing.of(settled.analysis(), settled.components());
    return new Draft(code, first, List.of(), Optional.of(weighing), pairings);
  }

  /**
   * What is best to do with each layer call, all classes sharing the memory. A class whose layers
   * nothing satisfies together is missing: it keeps what the propagation found.
   */
  private Map<Draft, Map<Span, String>> best(List<Draft> drafts) {
    Map<Draft, Map<Span, String>> best = new IdentityHashMap<>();
    List<Draft> sound = new ArrayList<>();
    double memory = 0;
    for (Draft draft : drafts) {
      Problem alone = problem(List.of(draft), false);
      if (Search.solve(alone) instanceof Solution.Found found) {
        best.putAll(choices(List.of(draft), alone, found));
        sound.add(draft);
        memory += found.cost().memory();
      }
    }
    if (!Double.isInfinite(target.memory())) {
      Set<Workload.Place> weighed = new HashSet<>();
      sound.forEach(draft -> weighed.addAll(draft.weighing().orElseThrow().places()));
      double left = target.memory() - workload.heldBeside(weighed, target.costs());
      if (memory > left) {
        Problem scarce = problem(sound, true).within(left);
        if (Search.closest(scarce) instanceof Solution.Found found) {
          best.putAll(choices(sound, scarce, found));
        }
      }
    }
    return best;
  }

  private static Map<Draft, Map<Span, String>> choices(
      List<Draft> drafts, Problem problem, Solution.Found found) {
    Map<Draft, Map<Span, String>> choices = new IdentityHashMap<>();
    int node = 0;
    for (Draft draft : drafts) {
      Map<Span, String> here = new LinkedHashMap<>();
      for (Span call : draft.weighing().orElseThrow().calls()) {
        int choice = found.choices().get(node);
        here.put(call, problem.nodes().get(node).strategies().get(choice).name());
        node++;
      }
      choices.put(draft, here);
    }
    return choices;
  }

  /**
   * Some classes as one problem, without a limit on memory.
   *
   * @param scarce whether layers may be split and gathered for memory's sake alone
   */
  private static Problem problem(List<Draft> drafts, boolean scarce) {
    List<Problem.Node> nodes = new ArrayList<>();
    List<Problem.Edge> edges = new ArrayList<>();
    for (Draft draft : drafts) {
      Weighing.Part part =
          draft.weighing().orElseThrow().part(draft.pairings(), nodes.size(), scarce);
      nodes.addAll(part.nodes());
      edges.addAll(part.edges());
    }
    return new Problem(nodes, edges, Double.POSITIVE_INFINITY);
  }

  private static ShardedClass explained(
      ClassCode code, Settled settled, Weighing weighing, List<Pairing> pairings) {
    Map<Span, String> chosen = settled.chosen();
    List<SplitForecast> forecasts =
        weighing.forecasts(
            Pairing.of(settled.analysis(), settled.components()).stream()
                .filter(p -> !settled.analysis().choices.heads().containsAll(p.columns()))
                .toList(),
            chosen);
    List<Edit> edits = new ArrayList<>(settled.edits());
    edits.addAll(new Chains(code, PASS).edits());
    return new ShardedClass(
        code,
        List.copyOf(edits),
        SplitLayer.of(settled.analysis()),
        Stream.concat(
                settled.notes().stream().map(Note::diagnostic),
                forecasts.stream()
                    .filter(f -> f.basis() == LayerChoice.Basis.SIZES && f.isSlower())
                    .map(SplitForecast::warning))
            .distinct()
            .toList(),
        weighing.choices(pairings, chosen),
        forecasts);
  }

  /** What the search prefers, if it is something else and the propagation proves it. */
  private Optional<Settled> better(ClassCode code, Settled settled, Map<Span, String> found) {
    Set<Span> heads = settled.analysis().choices.heads();
    Map<Span, String> best = new HashMap<>(found);
    // What a head over a vocabulary moves depends on what is done with its result.
    best.replaceAll((call, how) -> heads.contains(call) ? LayerChoice.GATHERED : how);
    if (best.isEmpty() || best.equals(settled.chosen())) {
      return Optional.empty();
    }
    Set<Span> gathered = new HashSet<>(called(best, LayerChoice.GATHERED));
    gathered.removeAll(heads);
    Choices choices =
        new Choices(
            called(best, Split.WHOLE.label()),
            gathered,
            heads,
            Set.of(),
            settled.analysis().choices.parts(),
            settled.analysis().choices.ranks());
    List<Note> notes = new ArrayList<>(settled.notes());
    notes.removeIf(note -> !choices.whole().containsAll(note.calls()));
    return settle(code, choices, notes).filter(other -> other.chosen().equals(best));
  }

  private static Set<Span> called(Map<Span, String> best, String how) {
    return best.entrySet().stream()
        .filter(e -> e.getValue().equals(how))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The groups that stand, and those that each layer could begin if no other one did. */
  private List<Pairing> pairings(ClassCode code, Settled settled, List<Span> calls) {
    List<Pairing> pairings = new ArrayList<>(Pairing.of(settled.analysis(), settled.components()));
    Set<Span> joined =
        pairings.stream()
            .filter(p -> p.columns().size() > 1)
            .flatMap(p -> p.columns().stream())
            .collect(Collectors.toSet());
    for (Span call : calls) {
      Set<Span> others = new HashSet<>(calls);
      others.remove(call);
      if (!joined.contains(call)) {
        try {
          Choices choices = settled.analysis().choices;
          Analysis analysis =
              propagate(
                  code,
                  new Choices(
                      others,
                      Set.of(),
                      Set.of(),
                      choices.reduced(),
                      choices.parts(),
                      choices.ranks()));
          Pairing.of(analysis, Component.of(analysis)).stream()
              .filter(p -> p.columns().equals(Set.of(call)) && !pairings.contains(p))
              .forEach(pairings::add);
        } catch (Refusal e) {
          // No layer takes what this one could give.
        }
      }
    }
    return pairings;
  }

  /**
   * What the text of the class shows to be possible, or, where that leaves layers whole, what is
   * possible if its arrays have as many axes as in the models that the program makes.
   */
  private Optional<Settled> first(ClassCode code, List<Note> notes) {
    Optional<Settled> plain = settle(code, Choices.NONE, notes);
    Map<Span, Integer> ranks = notes.isEmpty() ? Map.of() : ranks(code);
    if (ranks.isEmpty()) {
      return plain;
    }
    List<Note> fewer = new ArrayList<>();
    Optional<Settled> informed = settle(code, Choices.NONE.of(ranks), fewer);
    if (layers(informed) <= layers(plain)) {
      return plain;
    }
    // No more is assumed than has to be: what is assumed is an error where it is wrong.
    for (Span call : List.copyOf(ranks.keySet())) {
      Integer axes = ranks.remove(call);
      List<Note> others = new ArrayList<>();
      Optional<Settled> without = settle(code, Choices.NONE.of(ranks), others);
      if (layers(without) < layers(informed)) {
        ranks.put(call, axes);
      } else {
        informed = without;
        fewer = others;
      }
    }
    notes.clear();
    notes.addAll(fewer);
    return informed;
  }

  private static int layers(Optional<Settled> settled) {
    return settled
        .map(s -> SplitLayer.of(s.analysis()))
        .map(all -> (int) all.stream().filter(SplitLayer::isSplit).count())
        .orElse(0);
  }

  private Map<Span, Integer> ranks(ClassCode code) {
    Map<Span, Integer> ranks = new LinkedHashMap<>();
    for (MethodCode method : code.methods()) {
      for (Expression expression : Walk.expressions(method.body())) {
        if (expression instanceof Expression.Call call && call.method().equals("forward")) {
          workload.rank(code.file(), call.span()).ifPresent(r -> ranks.put(call.span(), r));
        }
      }
    }
    return ranks;
  }

  private Optional<Settled> settle(ClassCode code, Choices start, List<Note> notes) {
    Set<Span> whole = new HashSet<>(start.whole());
    Set<Span> heads = new HashSet<>(start.heads());
    Set<Span> reduced = new HashSet<>(start.reduced());
    Map<Span, Integer> parts = new HashMap<>(start.parts());
    while (true) {
      Analysis analysis =
          analysis(
              code, new Choices(whole, start.gathered(), heads, reduced, parts, start.ranks()));
      try {
        run(analysis);
        if (reduced.addAll(analysis.sums.revised())) {
          continue;
        }
        List<Component> components = Component.of(analysis);
        List<Edit> edits = new Groups(analysis, PASS).edits(components);
        return Optional.of(new Settled(analysis, components, edits, notes));
      } catch (Refusal refusal) {
        // What stands in the way may do so only because sums of several layers became one.
        if (reduced.addAll(analysis.sums.metBy(refusal.sources()))) {
          continue;
        }
        boolean head =
            refusal.isJoinable()
                && refusal.sources().size() == 1
                && analysis.wide.containsAll(refusal.sources());
        if (head && heads.addAll(refusal.sources())) {
          continue;
        }
        if (refusal.parts() > 1 && parts.keySet().stream().noneMatch(refusal.sources()::contains)) {
          refusal.sources().forEach(source -> parts.put(source, refusal.parts()));
          continue;
        }
        notes.add(new Note(note(code, refusal, analysis), refusal.sources()));
        if (!whole.addAll(refusal.sources())) {
          return Optional.empty();
        }
      }
    }
  }

  private Analysis propagate(ClassCode code, Choices choices) {
    Analysis analysis = analysis(code, choices);
    run(analysis);
    return analysis;
  }

  private Analysis analysis(ClassCode code, Choices choices) {
    return new Analysis(program, code, rules, allFields, allFields.of(code), choices, "?");
  }

  private static void run(Analysis analysis) {
    analysis.code.methods().stream()
        .filter(Sharding::isEntry)
        .forEach(m -> Execution.entry(analysis, m));
    analysis.sums.settleRest();
    analysis.checkAssumptions();
    checkVisits(analysis);
  }

  /** Whoever has the parameters can run layers; private methods are looked at where called. */
  private static boolean isEntry(MethodCode method) {
    return !method.isPrivate()
        && method.parameters().stream().anyMatch(p -> p.type().equals(Djl.PARAMETER_STORE));
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
