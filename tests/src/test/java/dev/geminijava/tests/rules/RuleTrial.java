package dev.geminijava.tests.rules;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Flow;
import dev.geminijava.passes.shard.Refusal;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.Value;
import dev.geminijava.passes.source.Span;
import dev.geminijava.tests.model.Numbers;
import dev.geminijava.tests.rules.Use.Operand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Does with real arrays what the rules say of an expression, for every way to cut its operands. */
final class RuleTrial {

  private static final int RANKS = 2;
  private static final double TOLERANCE = 1e-5;

  /** Where the splits begin: at no place of the expression. */
  private static final int ELSEWHERE = 1_000_000;

  /** Java that was compiled. */
  interface Code {
    /** What the expression gives for arrays and numbers. */
    Object run(List<Object> operands);
  }

  private final RuleTable rules;
  private final Use use;
  private final Expression expression;
  private final Code code;

  /** What is wrong, in a line each. */
  final List<String> faults = new ArrayList<>();

  /** The methods whose rules were followed with something cut, and gave what the whole gives. */
  final Set<String> shown = new HashSet<>();

  /** The same with operands of which every rank has a summand. */
  final Set<String> shownLinear = new HashSet<>();

  RuleTrial(RuleTable rules, Use use, Expression expression, Code code) {
    this.rules = rules;
    this.use = use;
    this.expression = expression;
    this.code = code;
  }

  RuleTrial run() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, Object> operands = operands(manager);
      Object whole;
      try {
        whole = code.run(use.operands().stream().map(o -> operands.get(o.name())).toList());
      } catch (RuntimeException e) {
        faults.add("DJL refuses it: " + e.getMessage());
        return this;
      }
      List<List<Cut>> choices = use.operands().stream().map(RuleTrial::cuts).toList();
      for (List<Cut> cuts : Cut.combinations(choices)) {
        if (cuts.stream().anyMatch(cut -> !cut.equals(Cut.NONE))) {
          for (Naming naming : Naming.values()) {
            attempt(naming, cuts, operands, whole);
          }
        }
      }
    }
    return this;
  }

  private static List<Cut> cuts(Operand operand) {
    if (!operand.isArray()) {
      return List.of(Cut.NONE);
    }
    List<Cut> cuts = Cut.all(operand.shape(), RANKS);
    if (operand.below() == 0) {
      cuts.add(Cut.SUM);
    }
    return cuts;
  }

  private Map<String, Object> operands(NDManager manager) {
    Map<String, Object> operands = new HashMap<>();
    for (Operand operand : use.operands()) {
      if (!operand.isArray()) {
        operands.put(operand.name(), operand.below());
      } else if (operand.below() > 0) {
        operands.put(
            operand.name(), Numbers.classes(manager, (int) operand.below(), operand.shape()));
      } else {
        // Between 0 and 1, where every function is defined, and other numbers in each operand.
        NDArray wave = Numbers.wave(manager, operand.shape()).mul(operand.name().charAt(0) * 0.003);
        operands.put(operand.name(), wave.add(0.5).toType(DataType.FLOAT32, false));
      }
    }
    return operands;
  }

  private void attempt(Naming naming, List<Cut> cuts, Map<String, Object> operands, Object whole) {
    Map<String, Value> values = new HashMap<>();
    for (int i = 0; i < cuts.size(); i++) {
      Operand operand = use.operands().get(i);
      values.put(operand.name(), value(naming, operand, cuts.get(i), i));
    }
    Reading reading = new Reading(rules, values, expression);
    Value said;
    try {
      said = reading.value();
    } catch (Refusal e) {
      return;
    }
    boolean divides =
        reading.quanta.stream()
            .map(Naming::number)
            .allMatch(n -> n.isPresent() && n.getAsLong() % RANKS == 0);
    if (!divides || reading.assumes) {
      return;
    }
    String given =
        "%s, sizes as %s: ".formatted(cuts, naming.name().toLowerCase(java.util.Locale.ROOT));
    if (!reading.strange.isEmpty()) {
      faults.add(given + reading.strange);
      return;
    }
    List<Object> results = new ArrayList<>();
    try {
      for (int rank = 0; rank < RANKS; rank++) {
        results.add(code.run(pieces(cuts, operands, reading, rank)));
      }
      compare(naming, given, said, reading, results, whole);
      (cuts.contains(Cut.SUM) ? shownLinear : shown).addAll(reading.methods);
    } catch (RuntimeException e) {
      // The operation refuses the pieces, or they cannot be put together as it is said.
      faults.add(given + e);
    }
  }

  private static Value value(Naming naming, Operand operand, Cut cut, int index) {
    if (!operand.isArray()) {
      return new Value.Size(naming.size(operand.below()));
    }
    Extents shape = naming.shape(operand.name(), operand.shape(), cut.axis());
    if (cut.equals(Cut.SUM)) {
      Span place = new Span(ELSEWHERE + index, ELSEWHERE + index);
      return Value.Array.partial(shape, Flow.from(place, Dim.of(RANKS)), Set.of(place));
    }
    if (!cut.isCut()) {
      return Value.Array.whole(shape);
    }
    Dim size = shape.at(cut.axis()).orElseThrow();
    Flow flow =
        new Flow(
            Set.of(new Span(ELSEWHERE + index, ELSEWHERE + index)),
            Set.of(size.over(Dim.of(cut.runs()))),
            Set.of(size));
    return Value.Array.split(shape, cut.axis(), Dim.of(cut.runs()), flow);
  }

  private List<Object> pieces(
      List<Cut> cuts, Map<String, Object> operands, Reading reading, int rank) {
    List<Object> pieces = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      String name = use.operands().get(i).name();
      Object operand = operands.get(name);
      if (operand instanceof NDArray array) {
        NDArray piece = cuts.get(i).piece(array, rank, RANKS);
        Integer axis = reading.slices.get(name);
        // The runtime leaves an axis of size one, and one that is not there, as it is.
        int index = axis == null ? -1 : array.getShape().dimension() + axis;
        boolean one = index < 0 || array.getShape().get(index) == 1;
        pieces.add(one ? piece : new Cut(axis, 1).piece(piece, rank, RANKS));
      } else {
        long number = (Long) operand;
        if (reading.shrunk.contains(name) && number % RANKS != 0) {
          throw new IllegalStateException(name + " shrinks, and is not divisible: " + number);
        }
        pieces.add(reading.shrunk.contains(name) ? number / RANKS : number);
      }
    }
    return pieces;
  }

  private void compare(
      Naming naming,
      String given,
      Value said,
      Reading reading,
      List<Object> results,
      Object whole) {
    List<List<NDArray>> arrays = results.stream().map(RuleTrial::arrays).toList();
    List<NDArray> expected = arrays(whole);
    List<Value.Array> values = values(said);
    if (values.isEmpty()) {
      hostValue(given, said, reading, results, whole);
      return;
    }
    if (values.size() != expected.size()) {
      faults.add(given + values.size() + " arrays are said, " + expected.size() + " are made");
      return;
    }
    for (int i = 0; i < expected.size(); i++) {
      int item = i;
      List<NDArray> pieces = arrays.stream().map(all -> all.get(item)).toList();
      NDArray joined = joined(values.get(i), reading, pieces);
      String what =
          given + values.get(i).placement() + reading.around.map(c -> ", " + c).orElse("");
      // Where axes are not known, arrays that meet are taken to have the same ones.
      if (naming != Naming.LAST_AXES) {
        shape(what, values.get(i).shape(), expected.get(i).getShape());
      }
      if (!same(joined, expected.get(i))) {
        faults.add(what + " gives another result");
      }
    }
  }

  private static NDArray joined(Value.Array value, Reading reading, List<NDArray> pieces) {
    if (reading.around.isPresent()) {
      NDArray sum = pieces.stream().reduce(NDArray::add).orElseThrow();
      return switch (reading.around.get()) {
        case "allReduce" -> sum;
        case "average" -> sum.div(RANKS);
        default -> throw new IllegalStateException("unknown here: " + reading.around.get());
      };
    }
    if (value.isPartial()) {
      return Cut.SUM.joined(pieces);
    }
    if (!value.isSplit()) {
      for (NDArray piece : pieces) {
        if (!same(piece, pieces.get(0))) {
          throw new IllegalStateException("the ranks have different results, said to be whole");
        }
      }
      return pieces.get(0);
    }
    long runs = Naming.number(value.outer()).orElseThrow();
    return new Cut(value.axis(), runs).joined(pieces);
  }

  private void shape(String what, Extents said, Shape real) {
    for (int axis = -said.dims().size(); axis < 0; axis++) {
      OptionalLong size = Naming.number(said.at(axis).orElseThrow());
      int index = real.dimension() + axis;
      if (index < 0 || size.isPresent() && size.getAsLong() != real.get(index)) {
        faults.add(what + " is said to have the shape " + said + ", and has " + real);
        return;
      }
    }
    if (!said.isOpen() && said.dims().size() != real.dimension()) {
      faults.add(what + " is said to have the shape " + said + ", and has " + real);
    }
  }

  /** A size is the same on every rank; of a shape the rule says which array it is of. */
  private void hostValue(
      String given, Value said, Reading reading, List<Object> results, Object whole) {
    if (said instanceof Value.ShapeOf of) {
      shape(given + "the shape", of.array().shape(), (Shape) whole);
    } else if (said instanceof Value.Size size) {
      OptionalLong number = Naming.number(size.dim());
      long times = reading.around.filter("whole"::equals).isPresent() ? RANKS : 1;
      long expected = ((Number) whole).longValue();
      boolean right =
          results.stream().allMatch(r -> ((Number) r).longValue() * times == expected)
              && (number.isEmpty() || expected == number.getAsLong());
      if (!right) {
        faults.add(given + "a size is said to be " + size.dim() + ", and is " + results);
      }
    } else {
      faults.add(given + "it is not said what the result is: " + said);
    }
  }

  private static List<Value.Array> values(Value value) {
    if (value instanceof Value.Arrays arrays) {
      return arrays.items();
    }
    return value instanceof Value.Array array ? List.of(array) : List.of();
  }

  private static List<NDArray> arrays(Object result) {
    if (result instanceof NDList list) {
      return list;
    }
    return result instanceof NDArray array ? List.of(array) : List.of();
  }

  private static boolean same(NDArray a, NDArray b) {
    if (!a.getShape().equals(b.getShape())) {
      return false;
    }
    double[] x = a.toType(DataType.FLOAT64, false).toDoubleArray();
    double[] y = b.toType(DataType.FLOAT64, false).toDoubleArray();
    for (int i = 0; i < x.length; i++) {
      boolean near = Math.abs(x[i] - y[i]) <= TOLERANCE * Math.max(1, Math.abs(y[i]));
      if (!near && !(Double.isNaN(x[i]) && Double.isNaN(y[i])) && x[i] != y[i]) {
        return false;
      }
    }
    return true;
  }

  /** All that was found, for a person. */
  String report() {
    return faults.stream()
        .limit(4)
        .map(f -> "  " + f)
        .collect(Collectors.joining("\n", use + "\n", "\n"));
  }
}
