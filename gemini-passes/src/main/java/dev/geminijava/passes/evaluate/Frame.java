package dev.geminijava.passes.evaluate;

import dev.geminijava.passes.model.ClassCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run through a method or lambda. */
final class Frame implements Mutable {

  /** The class whose text runs. */
  final ClassCode code;

  /** The object, or null in static code. */
  final Value.Instance self;

  /** What returns on ways that may have been taken have given. */
  final List<Value> pending = new ArrayList<>();

  Map<String, Value> variables;
  Value result = Value.Constant.NOTHING;

  Frame(ClassCode code, Value.Instance self, Map<String, Value> variables) {
    this.code = code;
    this.self = self;
    this.variables = new LinkedHashMap<>(variables);
  }

  @Override
  public Object snapshot() {
    return new LinkedHashMap<>(variables);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void restore(Object snapshot) {
    variables = new LinkedHashMap<>((Map<String, Value>) snapshot);
  }
}
