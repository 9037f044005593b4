package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The classes of a program and of the libraries whose sources are there. */
final class Classes {

  /** A method and the class that has it. */
  record Found(ClassCode owner, MethodCode method) {}

  private static final Set<String> PRIMITIVES =
      Set.of("int", "long", "short", "byte", "char", "float", "double", "boolean");

  private final ProgramCode program;
  private final LibraryCode library;
  private final Map<String, ClassCode> byName = new HashMap<>();
  private final Map<String, List<String>> lines = new HashMap<>();

  /** The program goes before the library where both have a class. */
  Classes(ProgramCode program, LibraryCode library) {
    this.program = program;
    this.library = library;
    program.classes().forEach(code -> byName.putIfAbsent(code.name(), code));
    program.anonymous().forEach(code -> byName.putIfAbsent(code.name(), code));
  }

  Optional<ClassCode> find(String name) {
    ClassCode own = byName.get(name);
    return own == null ? library.find(name) : Optional.of(own);
  }

  boolean isSubtype(String type, String supertype) {
    return type.equals(supertype)
        || line(type).contains(supertype)
        || program.isSubtype(type, supertype);
  }

  /** A class and all above it, superclasses before interfaces. */
  List<String> line(String type) {
    List<String> known = lines.get(type);
    if (known == null) {
      Set<String> all = new LinkedHashSet<>();
      List<String> interfaces = new ArrayList<>();
      String at = type;
      while (!at.isEmpty() && all.add(at)) {
        Optional<ClassCode> code = find(at);
        code.ifPresent(c -> interfaces.addAll(c.frame().interfaces()));
        at = code.map(c -> c.frame().superclass()).orElse("");
      }
      interfaces.forEach(i -> all.addAll(line(i)));
      known = List.copyOf(all);
      lines.put(type, known);
    }
    return known;
  }

  /**
   * The method that a call on an object of a class runs.
   *
   * @param parameters the types of the declared method's parameters, where they are known
   * @param arguments how many there are
   */
  Optional<Found> method(String type, String name, List<String> parameters, List<Value> arguments) {
    for (String at : line(type)) {
      Optional<ClassCode> code = find(at);
      if (code.isPresent()) {
        Optional<MethodCode> method =
            fitting(
                code.get().methods().stream().filter(m -> m.name().equals(name)).toList(),
                parameters,
                arguments);
        if (method.isPresent()) {
          return method.map(m -> new Found(code.get(), m));
        }
      }
    }
    return Optional.empty();
  }

  /** The method or constructor that fits best. */
  Optional<MethodCode> fitting(
      List<MethodCode> methods, List<String> parameters, List<Value> arguments) {
    List<MethodCode> counted =
        methods.stream().filter(m -> m.parameters().size() == arguments.size()).toList();
    for (MethodCode method : counted) {
      if (declares(method, parameters)) {
        return Optional.of(method);
      }
    }
    return counted.stream().filter(m -> accepts(m, arguments)).findFirst();
  }

  /** Whether a method has these parameters; one of a type variable may be of any type. */
  private static boolean declares(MethodCode method, List<String> parameters) {
    boolean same = method.parameters().size() == parameters.size();
    for (int i = 0; same && i < parameters.size(); i++) {
      String declared = method.parameters().get(i).type();
      same =
          declared.matches("[A-Z][A-Z0-9]?") && parameters.get(i).contains(".")
              || simple(declared).equals(simple(parameters.get(i)));
    }
    return same;
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private boolean accepts(MethodCode method, List<Value> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      if (!accepts(method.parameters().get(i).type(), arguments.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean accepts(String type, Value value) {
    if (PRIMITIVES.contains(type)) {
      boolean fraction = type.equals("float") || type.equals("double");
      return type.equals("boolean")
          ? value.truth().isPresent() || value instanceof Value.Unknown
          : value instanceof Value.Whole
              || value instanceof Value.Unknown
              || fraction && Operators.fraction(value).isPresent();
    }
    if (value instanceof Value.Table) {
      return type.contains("Map") || type.equals("java.lang.Object");
    }
    if (value instanceof Value.Instance instance && type.contains(".")) {
      return isSubtype(instance.type, type);
    }
    if (value instanceof Value.Array) {
      return type.equals(Djl.NDARRAY) || !type.startsWith(Djl.PACKAGE);
    }
    if (value instanceof Value.Shape) {
      return type.equals(Djl.SHAPE) || !type.startsWith(Djl.PACKAGE);
    }
    if (value instanceof Value.Elements elements) {
      return elements.isArray() == type.endsWith("[]")
          && (!type.equals(Djl.NDLIST) || elements.type.equals(type));
    }
    if (value instanceof Value.Whole) {
      return type.startsWith("java.lang.") && !type.equals("java.lang.String");
    }
    if (value.text().isPresent()) {
      return type.equals("java.lang.String") || type.equals("java.lang.Object");
    }
    if (value.truth().isPresent()) {
      return type.equals("boolean") || type.equals("java.lang.Boolean");
    }
    return true;
  }
}
