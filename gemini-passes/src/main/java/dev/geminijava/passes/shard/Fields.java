package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a class's initialisers and its constructor put into its fields, for good. */
final class Fields {

  private Fields() {}

  /** The values of the fields that nothing changes after construction. */
  static Map<String, Value> of(ProgramCode program, ClassCode code, RuleTable rules) {
    Map<String, Value> fields = new LinkedHashMap<>();
    Analysis analysis = new Analysis(program, code, rules, fields, Choices.NONE, "field?");
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
    fields.keySet().retainAll(steady);
    fields.replaceAll((name, value) -> named(name, value));
    return fields;
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
