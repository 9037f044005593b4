package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How sizes are written at a place of a method. */
final class Scope {

  private final String className;
  private final Map<String, Dim> written = new LinkedHashMap<>();

  /** Objects in fields: what the analysis calls them, and how they are written here. */
  private final Map<String, String> kept = new LinkedHashMap<>();

  Scope(Analysis analysis, MethodCode method, Statement place) {
    className = analysis.code.name();
    Set<String> locals =
        method.parameters().stream().map(MethodCode.Parameter::name).collect(Collectors.toSet());
    Walk.statements(
        method.body(),
        s -> {
          if (s instanceof Statement.Local local) {
            locals.add(local.name());
          }
        });
    for (ClassCode.FieldCode field : analysis.code.fields()) {
      boolean isStatic = field.modifiers().contains("static");
      boolean usable =
          !analysis.code.assignedOutside().contains(field.name())
              && (isStatic || !method.modifiers().contains("static"))
              && !(isStatic && locals.contains(field.name()));
      String text = (locals.contains(field.name()) ? "this." : "") + field.name();
      if (usable) {
        size(analysis, field).ifPresent(size -> written.put(text, size));
        kept.put("this." + field.name(), text);
        if (analysis.fields.get(field.name()) instanceof Value.Host host) {
          kept.put(host.path(), text);
        }
      }
    }
    addInherited(analysis, method, locals);
    addLocals(analysis, method, place);
  }

  private void addInherited(Analysis analysis, MethodCode method, Set<String> locals) {
    if (method.modifiers().contains("static")) {
      return;
    }
    for (ClassCode other : analysis.program.classes()) {
      for (ClassCode.FieldCode field : other.fields()) {
        boolean seen =
            !field.modifiers().contains("private") && analysis.code.field(field.name()).isEmpty();
        String text = (locals.contains(field.name()) ? "this." : "") + field.name();
        analysis
            .allFields
            .inherited(analysis.code, other.name(), field.name())
            .filter(value -> seen && value instanceof Value.Size)
            .ifPresent(value -> written.putIfAbsent(text, ((Value.Size) value).dim()));
      }
    }
  }

  private static Optional<Dim> size(Analysis analysis, ClassCode.FieldCode field) {
    if (!Set.of("int", "long", "short").contains(field.type())) {
      return Optional.empty();
    }
    Value value = analysis.fields.get(field.name());
    return value instanceof Value.Size size
        ? Optional.of(size.dim())
        : Optional.of(Dim.symbol("this." + field.name()));
  }

  /** Those that have one size whoever calls, that nothing changes, and that are in sight. */
  private void addLocals(Analysis analysis, MethodCode method, Statement place) {
    Set<String> changed = Walk.assigned(method.body());
    Map<String, List<Analysis.LocalSize>> byName =
        analysis.sizes.stream()
            .filter(s -> s.method() == method)
            .collect(
                Collectors.groupingBy(
                    Analysis.LocalSize::name, LinkedHashMap::new, Collectors.toList()));
    byName.forEach(
        (name, sizes) -> {
          boolean one = sizes.stream().map(Analysis.LocalSize::size).distinct().count() == 1;
          int from = sizes.get(0).from();
          if (one
              && !changed.contains(name)
              && from <= place.span().start()
              && innermost(method.body(), from).contains(place.span())) {
            written.putIfAbsent(name, sizes.get(0).size());
          }
        });
  }

  private static Span innermost(Statement.Block body, int offset) {
    List<Span> around = new ArrayList<>();
    Walk.statements(
        body,
        s -> {
          if (s instanceof Statement.Block
              && s.span().start() < offset
              && offset < s.span().end()) {
            around.add(s.span());
          }
        });
    return around.isEmpty() ? body.span() : around.get(around.size() - 1);
  }

  /** How a layer that the class keeps in a field can be written here. */
  Optional<String> layer(Expression layer) {
    boolean own =
        layer instanceof Expression.Field field
            && field.owner().map(Expression.This.class::isInstance).orElse(true)
            && field.declaring().equals(className);
    return own
        ? Optional.ofNullable(kept.get("this." + ((Expression.Field) layer).name()))
        : Optional.empty();
  }

  /** How a size can be written here. */
  Optional<String> write(Dim size) {
    for (Map.Entry<String, Dim> name : written.entrySet()) {
      if (name.getValue().equals(size)) {
        return Optional.of(name.getKey());
      }
    }
    if (size.isNumber()) {
      return Optional.of(Long.toString(size.numerator()));
    }
    return path(size).or(() -> combined(size));
  }

  /** What a field of a kept object, or a getter of it, gives. */
  private Optional<String> path(Dim size) {
    if (size.powers().size() != 1 || !size.equals(Dim.symbol(size.powers().firstKey()))) {
      return Optional.empty();
    }
    String name = size.powers().firstKey();
    return kept.entrySet().stream()
        .filter(e -> name.startsWith(e.getKey() + "."))
        .filter(e -> name.substring(e.getKey().length()).matches("(\\.\\w+(\\(\\))?)+"))
        .map(e -> e.getValue() + name.substring(e.getKey().length()))
        .findFirst();
  }

  private Optional<String> combined(Dim size) {
    for (Map.Entry<String, Dim> a : written.entrySet()) {
      for (Map.Entry<String, Dim> b : written.entrySet()) {
        if (b.getValue().numerator() != 0 && a.getValue().over(b.getValue()).equals(size)) {
          return Optional.of(a.getKey() + " / " + b.getKey());
        }
        if (a.getValue().times(b.getValue()).equals(size)) {
          return Optional.of(a.getKey() + " * " + b.getKey());
        }
      }
    }
    return Optional.empty();
  }
}
