package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Gives every set of marks its group: a variable before the first statement that needs it. */
final class Groups {

  /** A group of one method: the sizes that it asks about, and the marks that use it. */
  private record Group(String arguments, List<Mark> marks) {}

  private final Analysis analysis;
  private final String pass;
  private final List<Edit> edits = new ArrayList<>();

  Groups(Analysis analysis, String pass) {
    this.analysis = analysis;
    this.pass = pass;
  }

  /** The edits for all components of a class. */
  List<Edit> edits(List<Component> components) {
    Map<MethodCode, List<Group>> groups = new LinkedHashMap<>();
    for (Component component : components) {
      boolean several = component.byMethod().size() > 1;
      component
          .byMethod()
          .forEach(
              (method, marks) ->
                  add(
                      groups.computeIfAbsent(method, m -> new ArrayList<>()),
                      new Group(arguments(component, method, marks, several), marks)));
    }
    groups.forEach(this::declare);
    return edits;
  }

  /** Groups that ask about the same sizes are one; one that asks nothing learns from its layers. */
  private static void add(List<Group> groups, Group group) {
    Optional<Group> same =
        groups.stream()
            .filter(g -> !g.arguments().isEmpty() && g.arguments().equals(group.arguments()))
            .findFirst();
    same.ifPresentOrElse(g -> g.marks().addAll(group.marks()), () -> groups.add(group));
  }

  private String arguments(
      Component component, MethodCode method, List<Mark> marks, boolean several) {
    Statement place = place(method, marks);
    Scope scope = new Scope(analysis, method, place);
    List<String> arguments = new ArrayList<>();
    List<Dim> quanta = component.quanta();
    for (Dim quantum : quanta) {
      // The runtime sees for itself how many features a layer has, when the first one is called.
      // With several sizes it could see too late, after a layer that another size decided about.
      boolean checked = component.flow().features().contains(quantum) && quanta.size() == 1;
      Optional<String> text = scope.write(quantum);
      if (text.isEmpty() && (several || !checked || isEarly(marks))) {
        text = features(component, quantum, scope);
      }
      if (text.isEmpty() && (!checked || several || isEarly(marks))) {
        throw new Refusal(
            place.span(),
            quantum.toString().contains("?")
                ? "what has to be divisible by the number of ranks has no name in sight"
                : "no expression in sight says that " + quantum + " has to be divisible",
            component.flow().sources());
      }
      text.ifPresent(arguments::add);
    }
    return String.join(", ", arguments);
  }

  /** The number of a layer's features, asked of the layer itself, where that is in sight. */
  private Optional<String> features(Component component, Dim quantum, Scope scope) {
    return analysis.uses.values().stream()
        .filter(use -> component.flow().sources().contains(use.call()))
        .filter(use -> use.rule().column() && !use.rule().gathered())
        .flatMap(
            use -> {
              int parts = analysis.choices.parts(use.call());
              return use.features().over(Dim.of(parts)).equals(quantum)
                  ? scope
                      .layer(analysis.layers.get(use.call()))
                      .map(
                          layer ->
                              "#{%s}.features(%s)".formatted(RuntimeNames.SHARDS, layer)
                                  + (parts == 1 ? "" : " / " + parts))
                      .stream()
                  : Stream.empty();
            })
        .findFirst();
  }

  /** Whether something shrinks before the first layer is called, whose features decide. */
  private static boolean isEarly(List<Mark> marks) {
    return first(marks, Mark.Role.LOCAL) < first(marks, Mark.Role.LAYER);
  }

  private static int first(List<Mark> marks, Mark.Role role) {
    return marks.stream()
        .filter(m -> m.role() == role && (role != Mark.Role.LAYER || m.open().equals("@.column(")))
        .mapToInt(m -> m.span().start())
        .min()
        .orElse(Integer.MAX_VALUE);
  }

  private static Statement place(MethodCode method, List<Mark> marks) {
    return Frame.firstOf(method.body(), marks.stream().map(Mark::span).toList());
  }

  private void declare(MethodCode method, List<Group> groups) {
    int number = 0;
    for (Group group : groups) {
      String name;
      do {
        number++;
        name = number == 1 ? "shards" : "shards" + number;
      } while (isTaken(name));
      int offset = place(method, group.marks()).span().start();
      edits.add(
          Edit.statement(
              offset,
              "#{%s} %s = #{%s}.group(%s); "
                  .formatted(
                      RuntimeNames.SHARD_GROUP, name, RuntimeNames.SHARDS, group.arguments()),
              pass,
              "the ranks that share these layers"));
      for (Mark mark : group.marks()) {
        edits.add(
            Edit.wrap(mark.span(), mark.open().replace("@", name), mark.close(), pass, mark.why()));
      }
    }
  }

  private boolean isTaken(String name) {
    Span all = analysis.code.span();
    return Pattern.compile("\\b" + name + "\\b").matcher(analysis.code.file().text(all)).find();
  }
}
