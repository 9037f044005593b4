package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A call that a rule is asked about: what its operands are, and what the rule may ask for. */
public final class Operation {

  private final Expression.Call call;
  private final Optional<Value> receiver;
  private final List<Value> arguments;
  private final Surroundings surroundings;
  private final List<Expression> operands = new ArrayList<>();
  private final List<Value.Array> arrays = new ArrayList<>();

  /**
   * A call.
   *
   * @param receiver the value that it is called on, if any
   * @param arguments the values of its arguments, as many as are written
   * @param surroundings the place where it stands
   */
  public Operation(
      Expression.Call call,
      Optional<Value> receiver,
      List<Value> arguments,
      Surroundings surroundings) {
    this.call = call;
    this.receiver = receiver;
    this.arguments = arguments;
    this.surroundings = surroundings;
    receiver.ifPresent(value -> operand(call.receiver().orElseThrow(), value));
    for (int i = 0; i < arguments.size(); i++) {
      operand(call.arguments().get(i), arguments.get(i));
    }
  }

  private void operand(Expression expression, Value value) {
    if (value instanceof Value.Array array) {
      operands.add(expression);
      arrays.add(array);
    }
  }

  /** The arrays among receiver and arguments, in this order. */
  public List<Value.Array> arrays() {
    if (sources().isEmpty()
        || arrays.stream().mapToInt(a -> a.sources().size()).sum() > 0 && onlyArraysAreSplit()) {
      return arrays;
    }
    throw refuse("takes something split that is no array");
  }

  private boolean onlyArraysAreSplit() {
    return Stream.concat(receiver.stream(), arguments.stream())
        .allMatch(v -> v instanceof Value.Array || !v.isSplit());
  }

  /** The object that the method is called on. */
  public Value receiver() {
    return receiver.orElse(Value.Host.UNKNOWN);
  }

  /** The values of the arguments. */
  public List<Value> arguments() {
    return arguments;
  }

  /** The receiver, where it is an array. */
  public Value.Array self() {
    if (receiver.orElse(null) instanceof Value.Array array) {
      return array;
    }
    throw refuse("is not called on an array that is understood");
  }

  /** What the arguments were written as. */
  public List<Expression> written() {
    return call.arguments();
  }

  /** The name of the method. */
  public String method() {
    return call.method();
  }

  /** An argument that is a number when the program is read. */
  public Optional<Integer> number(int argument) {
    return argument < arguments.size() ? number(arguments.get(argument)) : Optional.empty();
  }

  /** An argument that is true or false when the program is read. */
  public Optional<Boolean> truth(int argument) {
    return literal(argument, Boolean.class);
  }

  /** A text that is written out as an argument. */
  public Optional<String> text(int argument) {
    return literal(argument, String.class);
  }

  private <T> Optional<T> literal(int argument, Class<T> type) {
    return argument < written().size()
            && written().get(argument) instanceof Expression.Literal literal
            && type.isInstance(literal.value().orElse(null))
        ? literal.value().map(type::cast)
        : Optional.empty();
  }

  /** All arguments, if they are numbers when the program is read. */
  public Optional<List<Integer>> numbers() {
    boolean packed = arguments.size() == 1 && arguments.get(0) instanceof Value.Items;
    return numbers(packed ? ((Value.Items) arguments.get(0)).values() : arguments);
  }

  /** The numbers of an array that is written out as an argument. */
  public Optional<List<Integer>> numbersIn(int argument) {
    return argument < arguments.size() && arguments.get(argument) instanceof Value.Items items
        ? numbers(items.values())
        : Optional.empty();
  }

  private static Optional<List<Integer>> numbers(List<Value> values) {
    List<Optional<Integer>> numbers = values.stream().map(Operation::number).toList();
    return numbers.stream().allMatch(Optional::isPresent)
        ? Optional.of(numbers.stream().map(Optional::get).toList())
        : Optional.empty();
  }

  /**
   * The axis that an argument names, counted from the end.
   *
   * @throws Refusal if it is not known, or the shape has no such axis
   */
  public int axis(int argument, Extents shape) {
    return axis(number(argument), shape);
  }

  /** An axis as programs count it, as one counted from the end. */
  public int axis(Optional<Integer> number, Extents shape) {
    return number
        .flatMap(shape::fromEnd)
        .filter(axis -> shape.rank().map(rank -> axis >= -rank).orElse(true))
        .orElseThrow(() -> refuse("works along an axis that is not known"));
  }

  /** How many output features a layer has. */
  public Value features(Value layer) {
    return new Value.Size(
        layer instanceof Value.Layer known ? surroundings.features(known) : unknownSize());
  }

  /** A size of which nothing is known. */
  public Dim unknownSize() {
    return Dim.symbol(surroundings.fresh());
  }

  private static Optional<Integer> number(Value value) {
    return value instanceof Value.Size size
            && size.dim().isNumber()
            && Math.abs(size.dim().numerator()) <= Integer.MAX_VALUE
        ? Optional.of(Math.toIntExact(size.dim().numerator()))
        : Optional.empty();
  }

  /** The arrays that a method puts together: those of its list, or its receiver and argument. */
  public List<Value.Array> joined() {
    if (!arguments.isEmpty() && arguments.get(0) instanceof Value.Arrays list) {
      return list.items();
    }
    if (receiver.orElse(null) instanceof Value.Array
        && !arguments.isEmpty()
        && arguments.get(0) instanceof Value.Array) {
      return arrays();
    }
    return List.of();
  }

  /** The value of a method that does the same to each array of a list. */
  public Value each(OperationRule.Transfer transfer) {
    if (arguments.isEmpty() || !(arguments.get(0) instanceof Value.Arrays list)) {
      return null;
    }
    List<Value.Array> items = new ArrayList<>();
    for (Value.Array item : list.items()) {
      List<Value> single = new ArrayList<>(arguments);
      single.set(0, item);
      Value result =
          transfer.apply(new Operation(call, receiver, List.copyOf(single), surroundings));
      items.add((Value.Array) result);
    }
    return new Value.Arrays(List.copyOf(items));
  }

  /** An {@code NDList} of which nothing is known but that every rank has it. */
  public Value unknownList() {
    return new Value.Bundle(surroundings.fresh());
  }

  /** A shape of which nothing is known. */
  public Extents unknownShape() {
    return Extents.open(surroundings.fresh());
  }

  /** The size of an axis that the argument names, or that of all axes if there is none. */
  public Value size(Value.Array array) {
    Extents shape = array.shape();
    Optional<Integer> axis = arguments.size() == 1 ? number(0) : Optional.empty();
    Optional<Integer> fromEnd = axis.flatMap(shape::fromEnd);
    boolean all = arguments.isEmpty() && !shape.isOpen();
    Optional<Dim> known = all ? Optional.of(Dim.product(shape.dims())) : fromEnd.flatMap(shape::at);
    if (known.isPresent()) {
      if (array.isSplit() && (all || fromEnd.get() == array.axis())) {
        surroundings.wrap(
            call.span(),
            Mark.Role.LOCAL,
            "@.whole(",
            ")",
            array.flow(),
            "a rank reads only its share of this size");
      }
      return new Value.Size(known.get());
    }
    boolean leading = axis.isPresent() && axis.get() >= 0 && shape.isOpen();
    if (leading && (shape.dims().isEmpty() || array.axis() == -1 && shape.dims().size() == 1)) {
      Dim size = shape.leading(axis.get());
      if (array.isSplit()) {
        surroundings.assume(size, () -> wholeSizes(array));
      }
      return new Value.Size(size);
    }
    if (array.isSplit()) {
      throw refuse("reads a size that differs between ranks");
    }
    return new Value.Size(Dim.symbol(surroundings.fresh()));
  }

  /** The axis may be the split one: the program sees the sizes that the whole array has. */
  private void wholeSizes(Value.Array array) {
    if (!(receiver() instanceof Value.ShapeOf)) {
      throw refuse("names an axis that may be the split one");
    }
    surroundings.wrap(
        call.receiver().orElseThrow().span(),
        Mark.Role.LOCAL,
        "@.whole(",
        ", " + array.axis() + ")",
        array.flow(),
        "a rank reads only its share of one of these sizes");
  }

  /**
   * A split array that must have so many axes for the program to fit; where that is a guess, {@link
   * #confirmRank} has to show that it is right.
   */
  public Value.Array withRank(Value.Array array, int rank, boolean guess) {
    Extents shape = array.shape();
    if (!array.isSplit() || !shape.isOpen() || shape.dims().size() > rank) {
      return array;
    }
    if (guess) {
      surroundings.assume(
          rank(shape.base(), rank),
          () -> {
            throw refuse("names an axis that may be the split one");
          });
    }
    return array.moved(shape.closed(rank), array.axis());
  }

  /** The program shows that the array after which sizes are named has so many axes. */
  public void confirmRank(String base, int rank) {
    surroundings.confirm(rank(base, rank));
  }

  private static Dim rank(String base, int rank) {
    return Dim.symbol("rank(" + base + ") = " + rank);
  }

  /** The program shows that a size is not that of the split axis. */
  public void confirm(Dim size) {
    surroundings.confirm(size);
  }

  /** The loop in each of whose rounds one of so many pieces of what is split is picked. */
  public Optional<String> turn(Dim index, Dim pieces, Flow flow) {
    return surroundings.turn(index, pieces, written(), flow);
  }

  /** Makes a written size the size of one rank's slice. */
  public void shrink(Expression size, Flow flow) {
    surroundings.shrink(size, flow);
  }

  /** Makes a shape that is made elsewhere the shape of one rank's slice. */
  public void shrinkShape(Expression shape, int axisFromEnd, Flow flow) {
    surroundings.wrap(
        shape.span(),
        Mark.Role.LOCAL,
        "@.local(",
        ", " + axisFromEnd + ")",
        flow,
        "each rank has only its share of this axis");
  }

  /** Takes this rank's slice of an operand that every rank has in full. */
  public void slice(int operand, int axisFromEnd, Flow flow) {
    surroundings.slice(operands.get(operand), axisFromEnd, flow);
  }

  /**
   * Takes the pieces that a rank has of an axis, of which there may be one only.
   *
   * @param list the argument
   */
  public void pieces(int list, int axisFromEnd, Flow flow) {
    surroundings.wrap(
        written().get(list).span(),
        Mark.Role.LOCAL,
        "@.pieces(",
        ", " + axisFromEnd + ")",
        flow,
        "a rank may have one piece, and DJL's concat of one array has no gradient");
  }

  /** Lets each rank draw its own random numbers for its slice, an operand. */
  public void draw(int operand) {
    surroundings.wrap(
        operands.get(operand).span(),
        Mark.Role.LAYER,
        "@.own(",
        ")",
        arrays.get(operand).flow(),
        "each rank draws for its own slice");
  }

  /** The sum of the partial sums that the ranks have here. */
  public Value reduced(Extents shape, Flow flow) {
    return surroundings.sum(call.span(), shape, flow);
  }

  /** The mean that the ranks have the means of their shares of here. */
  public Value averaged(Extents shape, Flow flow) {
    surroundings.wrap(
        call.span(),
        Mark.Role.COLLECTIVE,
        "@.average(",
        ")",
        flow,
        "every rank has the mean of its share");
    surroundings.sink(flow);
    return Value.Array.whole(shape);
  }

  /** The layer calls that some operand is split by. */
  public Set<dev.geminijava.passes.source.Span> sources() {
    Set<dev.geminijava.passes.source.Span> all = new LinkedHashSet<>();
    Stream.concat(receiver.stream(), arguments.stream()).forEach(v -> all.addAll(v.sources()));
    return all;
  }

  /** Whether every rank has all operands in full. */
  public boolean isWhole() {
    return sources().isEmpty();
  }

  /** Why a split operand cannot stay split; {@code reason} continues the method's name. */
  public Refusal refuse(String reason) {
    return new Refusal(call.span(), call.method() + " " + reason, sources());
  }
}
