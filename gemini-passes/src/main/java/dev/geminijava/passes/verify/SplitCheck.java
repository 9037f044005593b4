package dev.geminijava.passes.verify;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.shard.Demands;
import dev.geminijava.passes.shard.Flow;
import dev.geminijava.passes.shard.Mark;
import dev.geminijava.passes.shard.Refusal;
import dev.geminijava.passes.shard.Wrappers;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import dev.geminijava.passes.verify.Inserted.Group;
import dev.geminijava.passes.verify.Inserted.Wrap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The splits of one class. The text says which layers are split; the rules, asked about the erased
 * text, say what else that takes; both have to agree in every place.
 */
final class SplitCheck {

  private static final Set<String> COLLECTIVES = Set.of("allReduce", "gather", "reduceScatter");

  private final Sources sources;
  private final ClassCode code;
  private final Inserted inserted;
  private final List<Wrap> wraps;
  private final Tally tally;

  SplitCheck(Sources sources, ClassCode code, Tally tally) {
    this.sources = sources;
    this.code = code;
    this.inserted = sources.inserted(code.file());
    this.wraps = inserted.splits().stream().filter(w -> isOwn(w.inner())).toList();
    this.tally = tally;
  }

  /** Whether a place belongs to this class, and to no other one inside it. */
  private boolean isOwn(Span span) {
    return code.span().contains(span)
        && sources.code().classes().stream()
            .filter(c -> c != code && c.file() == code.file() && code.span().contains(c.span()))
            .noneMatch(c -> c.span().contains(span));
  }

  void run(Wrappers wrappers) {
    Map<Span, Integer> columns = new HashMap<>();
    wraps.stream()
        .filter(w -> w.how().equals("column"))
        .forEach(w -> columns.putIfAbsent(w.inner(), number(w)));
    Set<Span> gathered = around("gather");
    Set<Span> heads =
        wraps.stream()
            .filter(w -> w.how().equals("head") || w.how().equals("vocabulary"))
            .map(Wrap::inner)
            .collect(Collectors.toSet());
    Demands demands;
    try {
      demands =
          Demands.of(
              sources.code(),
              code,
              wrappers,
              columns,
              gathered,
              heads,
              around("allReduce"),
              ranks());
    } catch (Refusal e) {
      tally.checked(Property.SPLITS, wraps.size());
      find(Property.SPLITS, e.span(), "here " + e.getMessage(), cure(e));
      return;
    }
    chains(demands);
    inner(wrappers);
    if (wraps.isEmpty()) {
      return;
    }
    Map<Mark, Wrap> found = match(demands);
    disputed(demands);
    degrees(demands, found);
    new ShapeCheck(sources, code, tally).run(wraps, demands, wrappers);
  }

  private Set<Span> around(String collective) {
    return wraps.stream()
        .filter(w -> w.how().equals(collective))
        .map(Wrap::inner)
        .collect(Collectors.toSet());
  }

  /** How many axes the inputs of layers are said to have. */
  private Map<Span, Integer> ranks() {
    Map<Span, Integer> ranks = new HashMap<>();
    wraps.stream()
        .filter(w -> w.how().equals("ofRank"))
        .forEach(w -> ranks.putIfAbsent(w.inner(), number(w)));
    return ranks;
  }

  /** The number that a layer or a value is seen with; what is no number is left for the rules. */
  private static int number(Wrap wrap) {
    return wrap.call().values().size() == 2
            && wrap.call().values().get(1) instanceof Expression.Literal literal
            && literal.value().orElse(null) instanceof Long number
            && number > 0
        ? Math.toIntExact(number)
        : 1;
  }

  private static String cure(Refusal refusal) {
    return refusal.sources().isEmpty()
        ? "take out the insertion"
        : "leave the layers whole that this value comes from: take out their shards.column(…)";
  }

  /** What stands there and what is asked for have to be the same. */
  private Map<Mark, Wrap> match(Demands demands) {
    List<Wrap> unasked = new ArrayList<>(wraps);
    Map<Mark, Wrap> found = new LinkedHashMap<>();
    for (Mark mark : demands.marks()) {
      Property property = property(mark.open());
      tally.checked(property, 1);
      Optional<Wrap> wrap = unasked.stream().filter(w -> fits(w, mark)).findFirst();
      if (wrap.isPresent()) {
        unasked.remove(wrap.get());
        found.put(mark, wrap.get());
      } else {
        String text = mark.open().replace("@", "shards") + "…" + mark.close();
        find(
            property,
            mark.span(),
            text + " is missing: " + mark.why(),
            "put " + text + " around this");
      }
    }
    for (Wrap wrap : unasked) {
      Property property = property(wrap.open());
      tally.checked(property, 1);
      String text = wrap.call().receiver() + "." + wrap.how() + "(…" + wrap.close();
      boolean twice = found.values().stream().anyMatch(w -> same(w, wrap));
      find(
          property,
          wrap.inner(),
          twice
              ? text + " stands here twice"
              : text + " has no reason here: " + reason(wrap, demands),
          "take one out".replace("one", twice ? "one of them" : "it"));
    }
    return found;
  }

  private static String reason(Wrap wrap, Demands demands) {
    List<String> asked =
        demands.marks().stream()
            .filter(m -> m.span().equals(wrap.inner()))
            .map(m -> m.open().replace("@", wrap.call().receiver()) + "…" + m.close())
            .toList();
    if (!asked.isEmpty()) {
      return "the rules ask for " + String.join(" and ", asked);
    }
    return COLLECTIVES.contains(wrap.how())
        ? "every rank has all of this value"
        : "nothing here is split";
  }

  private static boolean fits(Wrap wrap, Mark mark) {
    return wrap.inner().equals(mark.span())
        && wrap.open().equals(mark.open())
        && wrap.close().equals(Inserted.squeezed(mark.close()));
  }

  private static boolean same(Wrap one, Wrap other) {
    return one.inner().equals(other.inner())
        && one.open().equals(other.open())
        && one.close().equals(other.close());
  }

  private static Property property(String open) {
    String how = open.substring("@.".length(), open.length() - 1);
    return COLLECTIVES.contains(how) ? Property.SUMS : Property.SPLITS;
  }

  private void disputed(Demands demands) {
    for (Mark mark : demands.disputed()) {
      find(
          Property.SPLITS,
          mark.span(),
          mark.method().name() + " is also called with values that are not split",
          "leave the layers whole that this value comes from, or give each caller its own method");
    }
  }

  /** Loops over lists of layers are marked in the same places as the rules would. */
  private void chains(Demands demands) {
    List<Wrap> chains = own("chain");
    if (chains.isEmpty()) {
      return;
    }
    List<Edit> asked = demands.chains();
    for (Wrap chain : chains) {
      tally.checked(Property.SPLITS, 1);
      boolean known =
          asked.stream()
              .anyMatch(e -> e.span().equals(chain.inner()) && open(e.open()).equals(chain.open()));
      boolean twice = chains.stream().anyMatch(o -> o != chain && same(o, chain));
      if (!known || twice) {
        find(
            Property.SPLITS,
            chain.inner(),
            twice
                ? "Shards.chain(…) stands here twice"
                : "what lies between these layers is used by more than the next of them",
            "take Shards.chain(…) out");
      }
    }
  }

  private List<Wrap> own(String how) {
    return inserted.wrapsOf(RuntimeNames.SHARDS).stream()
        .filter(w -> w.how().equals(how) && isOwn(w.inner()))
        .toList();
  }

  /** The layer of a block around one adds up the ranks' summands, and no other layer does. */
  private void inner(Wrappers wrappers) {
    List<Wrap> found = new ArrayList<>(own("inner"));
    boolean rows =
        sources.inserted().values().stream()
            .flatMap(i -> i.splits().stream())
            .anyMatch(w -> w.how().equals("row"));
    for (Edit edit : rows || !found.isEmpty() ? wrappers.edits(code, "") : List.<Edit>of()) {
      tally.checked(Property.SUMS, 1);
      Optional<Wrap> wrap =
          found.stream()
              .filter(w -> w.inner().equals(edit.span()) && w.open().equals(open(edit.open())))
              .findFirst();
      wrap.ifPresentOrElse(
          found::remove,
          () ->
              find(
                  Property.SUMS,
                  edit.span(),
                  "Shards.inner(…) is missing: whoever calls this block may split the layer in it",
                  "put Shards.inner(…) around this"));
    }
    for (Wrap wrap : found) {
      tally.checked(Property.SUMS, 1);
      find(
          Property.SUMS,
          wrap.inner(),
          "Shards.inner(…) has no reason here: this is not the only layer of the block",
          "take it out");
    }
  }

  private static String open(String text) {
    return Inserted.squeezed(text.replaceAll("#\\{([^}]*)}", "$1"));
  }

  private record Named(Group group, MethodCode method, Set<Dim> sizes, boolean understood) {

    /** Groups that ask about the same sizes have the same degree, wherever they are made. */
    Object identity() {
      return understood && !sizes.isEmpty() ? sizes : group;
    }
  }

  /** One group for all that is split together, which asks for every size that has to divide. */
  private void degrees(Demands demands, Map<Mark, Wrap> found) {
    Map<Group, Named> named = new HashMap<>();
    for (Flow end : components(demands.ends())) {
      Map<Mark, Wrap> own = new LinkedHashMap<>();
      found.forEach(
          (mark, wrap) -> {
            if (mark.sources().stream().anyMatch(end.sources()::contains)) {
              own.put(mark, wrap);
            }
          });
      if (own.isEmpty()) {
        continue;
      }
      Map<Wrap, Named> groups = new LinkedHashMap<>();
      own.forEach(
          (mark, wrap) ->
              group(wrap, mark.method())
                  .ifPresentOrElse(
                      g ->
                          groups.put(
                              wrap,
                              named.computeIfAbsent(g, x -> named(demands, x, mark.method()))),
                      () ->
                          find(
                              Property.DEGREE,
                              mark.span(),
                              "no group in this method is called " + wrap.call().receiver(),
                              "use the group of this method")));
      boolean one = groups.values().stream().map(Named::identity).distinct().count() <= 1;
      if (!one) {
        find(
            Property.DEGREE,
            own.keySet().iterator().next().span(),
            "what is split together here belongs to groups that ask for different sizes",
            "give all of them the same Shards.group(…)");
      } else if (!groups.isEmpty()) {
        covers(end, own, groups);
      }
    }
  }

  private void covers(Flow end, Map<Mark, Wrap> marks, Map<Wrap, Named> groups) {
    Named group = groups.values().iterator().next();
    List<Dim> quanta =
        end.quanta().stream()
            .filter(q -> end.quanta().stream().noneMatch(o -> !o.equals(q) && q.isMultipleOf(o)))
            .toList();
    tally.checked(Property.DEGREE, quanta.size());
    List<Dim> open =
        quanta.stream()
            .filter(q -> group.sizes().stream().noneMatch(q::isMultipleOf))
            .collect(Collectors.toCollection(ArrayList::new));
    long variables = groups.values().stream().map(Named::group).distinct().count();
    // The first column layer that is seen tells how many features it has, if nothing has shrunk
    // yet.
    Optional<Mark> first =
        marks.keySet().stream()
            .filter(m -> m.open().equals("@.column(") || m.open().equals("@.local("))
            .min(Comparator.comparingInt(m -> m.span().start()));
    boolean learns = variables == 1 && quanta.size() == 1 && isEmpty(group);
    if (learns && first.filter(m -> m.open().equals("@.column(")).isPresent()) {
      first.get().flow().features().forEach(open::remove);
    }
    for (Dim size : open) {
      find(
          Property.DEGREE,
          new Span(group.group().place(), group.group().place()),
          "%s has to be divisible by the number of ranks, and %s does not ask for it"
              .formatted(size, inserted.text().text(group.group().call().span())),
          "add the size to the arguments of Shards.group(…)");
    }
  }

  private static boolean isEmpty(Named group) {
    return group.group().call().arguments().isEmpty();
  }

  private static List<Flow> components(List<Flow> ends) {
    List<Flow> components = new ArrayList<>();
    for (Flow end : ends) {
      Flow merged = end;
      for (Flow other : List.copyOf(components)) {
        if (other.sources().stream().anyMatch(merged.sources()::contains)) {
          components.remove(other);
          merged = other.and(merged);
        }
      }
      components.add(merged);
    }
    return components;
  }

  private Optional<Group> group(Wrap wrap, MethodCode method) {
    return inserted.groups().stream()
        .filter(g -> g.name().equals(wrap.call().receiver()))
        .filter(g -> method.span().contains(Span.at(g.place())))
        .filter(g -> g.place() <= wrap.inner().start())
        .reduce((a, b) -> b);
  }

  private Named named(Demands demands, Group group, MethodCode method) {
    List<Dim> sizes =
        group.call().values().stream()
            .map(v -> demands.size(method, group.place(), v).orElse(null))
            .toList();
    Set<Dim> known =
        sizes.stream().filter(Objects::nonNull).collect(Collectors.toCollection(HashSet::new));
    return new Named(group, method, new LinkedHashSet<>(known), !sizes.contains(null));
  }

  private void find(Property property, Span span, String message, String cure) {
    SourceFile file = code.file();
    tally.found(sources.finding(property, file, span, message, cure));
  }
}
