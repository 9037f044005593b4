package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the classes' initialisers and constructors put into their fields, for good. */
final class Fields {

  private final ProgramCode program;
  private final RuleTable rules;
  private final Optional<Wrappers> wrappers;
  private final Map<String, Map<String, Value>> known = new HashMap<>();

  Fields(ProgramCode program, RuleTable rules) {
    this(program, rules, Optional.empty());
  }

  /** With what is known of blocks around one layer. */
  Fields(ProgramCode program, Wrappers wrappers) {
    this(program, wrappers.rules(), Optional.of(wrappers));
  }

  private Fields(ProgramCode program, RuleTable rules, Optional<Wrappers> wrappers) {
    this.program = program;
    this.rules = rules;
    this.wrappers = wrappers;
  }

  /** What the layer inside of a new block is told, if that is a block around one layer. */
  Map<String, Value> settings(Expression.Creation creation, List<Value> arguments) {
    return wrappers.flatMap(w -> w.settings(creation, arguments)).orElse(Map.of());
  }

  /** What a constructor puts into the fields of a new object; nothing if that is not understood. */
  Map<String, Value> constructed(ClassCode code, MethodCode constructor, List<Value> arguments) {
    Map<String, Value> fields = new LinkedHashMap<>();
    Analysis analysis = new Analysis(program, code, rules, this, fields, Choices.NONE, "inner?");
    Frame frame = new Frame(constructor, Optional.empty());
    for (int i = 0; i < arguments.size(); i++) {
      frame.variables.put(constructor.parameters().get(i).name(), arguments.get(i));
    }
    try {
      initialise(code, analysis);
      new Execution(analysis, frame).run();
    } catch (Refusal e) {
      return Map.of();
    }
    return fields;
  }

  /** The values of the fields that nothing changes after construction. */
  Map<String, Value> of(ClassCode code) {
    Map<String, Value> before = known.putIfAbsent(code.name(), Map.of());
    if (before == null) {
      known.put(code.name(), evaluated(code));
    }
    return known.get(code.name());
  }

  /**
   * A field that a class inherits. What the constructor of the superclass calls something is not
   * what the class calls by that name.
   */
  Optional<Value> inherited(ClassCode code, String declaring, String name) {
    return declared(declaring)
        .filter(c -> !c.name().equals(code.name()) && program.isSubtype(code.name(), c.name()))
        .flatMap(c -> Optional.ofNullable(of(c).get(name)).map(v -> renamed(v, c.simpleName())));
  }

  /** A number that a field of any class always holds. */
  Optional<Value> constant(String declaring, String name) {
    return declared(declaring)
        .flatMap(c -> Optional.ofNullable(of(c).get(name)))
        .filter(v -> v instanceof Value.Size size && size.dim().isNumber());
  }

  private Optional<ClassCode> declared(String name) {
    return program.classes().stream().filter(c -> c.name().equals(name)).findFirst();
  }

  private static Value renamed(Value value, String owner) {
    if (value instanceof Value.Size size) {
      return new Value.Size(size.dim().renamed(name -> owner + "." + name));
    }
    if (value instanceof Value.Layer layer) {
      Map<String, Value> settings = new HashMap<>(layer.settings());
      settings.replaceAll((name, setting) -> renamed(setting, owner));
      return new Value.Layer(layer.type(), settings, layer.path());
    }
    return Value.Host.UNKNOWN;
  }

  private Map<String, Value> evaluated(ClassCode code) {
    Map<String, Value> fields = new LinkedHashMap<>();
    Analysis analysis = new Analysis(program, code, rules, this, fields, Choices.NONE, "field?");
    List<MethodCode> constructors =
        code.constructors().stream().filter(c -> !delegates(code, c)).toList();
    try {
      initialise(code, analysis);
      if (constructors.size() == 1) {
        Execution.entry(analysis, constructors.get(0));
      }
    } catch (Refusal e) {
      // A constructor that runs layers: nothing is taken for granted.
      fields.clear();
    }
    Set<String> steady = new HashSet<>(fields.keySet());
    steady.removeAll(code.assignedOutside());
    steady.removeAll(unordered(code, constructors));
    fields.keySet().retainAll(steady);
    fields.replaceAll((name, value) -> named(name, value));
    return fields;
  }

  /** Fields that several constructors, or initialiser blocks, give their values. */
  private static Set<String> unordered(ClassCode code, List<MethodCode> constructors) {
    List<Statement> bodies = new ArrayList<>();
    code.frame().initialisers().forEach(i -> bodies.add(i.body()));
    if (constructors.size() > 1) {
      constructors.forEach(c -> bodies.add(c.body()));
    }
    Set<String> names = new HashSet<>();
    for (Statement body : bodies) {
      for (Expression expression : Walk.expressions(body)) {
        if (expression instanceof Expression.Assignment assignment
            && assignment.target() instanceof Expression.Field field) {
          names.add(field.name());
        }
      }
    }
    return names;
  }

  private static void initialise(ClassCode code, Analysis analysis) {
    MethodCode nothing =
        new MethodCode(
            code.span(),
            "<init>",
            Set.of(),
            "void",
            List.of(),
            new Statement.Block(code.span(), List.of()),
            0,
            false);
    Interpreter interpreter = new Interpreter(analysis, new Frame(nothing, Optional.empty()));
    analysis.running.add(interpreter.frame);
    for (ClassCode.FieldCode field : code.fields()) {
      field.value().ifPresent(v -> analysis.fields.put(field.name(), interpreter.evaluate(v)));
    }
    analysis.running.clear();
  }

  private static boolean delegates(ClassCode code, MethodCode constructor) {
    return constructor.body().statements().stream()
        .findFirst()
        .map(s -> code.file().text(s.span()).startsWith("this("))
        .orElse(false);
  }

  /** A layer is called after its field, whatever made it; an array kept in a field is anything. */
  private static Value named(String name, Value value) {
    if (value instanceof Value.Layer layer) {
      return new Value.Layer(layer.type(), layer.settings(), name);
    }
    return value instanceof Value.Size || value instanceof Value.Host ? value : Value.Host.UNKNOWN;
  }
}
