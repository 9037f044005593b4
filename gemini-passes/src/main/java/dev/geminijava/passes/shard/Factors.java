package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An operation told by its factors: each axis of each operand is a factor, written as a letter, or
 * one of the leading axes that {@code ...} stands for, which broadcast. A split travels along its
 * factor; a factor that the result lacks is summed over; all of one with a capital letter is needed
 * at once.
 *
 * @param operands the axes of the operands
 * @param result the axes of the result
 */
public record Factors(List<Axes> operands, Axes result) implements OperationRule.Transfer {

  /**
   * The axes of one array.
   *
   * @param leading whether it has leading axes that broadcast
   * @param letters its last axes, one letter each
   */
  public record Axes(boolean leading, String letters) {

    static Axes parse(String text) {
      boolean leading = text.startsWith("...");
      return new Axes(leading, leading ? text.substring(3) : text);
    }

    /** A factor is its letter, or how far it stands before the letters. */
    Object factor(int axisFromEnd) {
      int index = letters.length() + axisFromEnd;
      return index >= 0 ? (Object) letters.charAt(index) : (Object) index;
    }

    Optional<Integer> axis(Object factor) {
      if (factor instanceof Integer before) {
        return leading ? Optional.of(before - letters.length()) : Optional.empty();
      }
      int index = letters.indexOf((Character) factor);
      return index < 0 ? Optional.empty() : Optional.of(index - letters.length());
    }

    boolean fits(Extents shape) {
      return leading
          ? shape.rank().map(rank -> rank >= letters.length()).orElse(true)
          : shape.rank().equals(Optional.of(letters.length()));
    }

    @Override
    public String toString() {
      return (leading ? "..." : "") + letters;
    }
  }

  /** Reads a line such as {@code ...ij, ...jk -> ...ik}. */
  public static Factors parse(String line) {
    String[] sides = line.replace(" ", "").split("->", -1);
    if (sides.length != 2) {
      throw new IllegalArgumentException("no factors: " + line);
    }
    List<Axes> operands = Arrays.stream(sides[0].split(",")).map(Axes::parse).toList();
    Axes result = Axes.parse(sides[1]);
    boolean known =
        result.letters.chars().allMatch(c -> operands.stream().anyMatch(o -> has(o, c)))
            && (!result.leading || operands.stream().anyMatch(Axes::leading));
    if (!known) {
      throw new IllegalArgumentException("the result has a factor that no operand has: " + line);
    }
    return new Factors(operands, result);
  }

  private static boolean has(Axes axes, int letter) {
    return axes.letters.indexOf(letter) >= 0;
  }

  /** Whether all of a factor is needed at once. */
  static boolean isWhole(Object factor) {
    return factor instanceof Character letter && Character.isUpperCase(letter);
  }

  /** The factor of a layer's output features: its weight and its result have it. */
  Optional<Character> outputs() {
    return operands.size() < 2
        ? Optional.empty()
        : result
            .letters()
            .chars()
            .mapToObj(c -> (char) c)
            .filter(c -> has(operands.get(1), c) && !has(operands.get(0), c))
            .findFirst();
  }

  /** The axis of the input, from its end, of a layer's input features, which are summed over. */
  Optional<Integer> inputs() {
    return operands.size() < 2
        ? Optional.empty()
        : operands
            .get(0)
            .letters()
            .chars()
            .mapToObj(c -> (char) c)
            .filter(c -> has(operands.get(1), c) && !has(result, c))
            .findFirst()
            .flatMap(operands.get(0)::axis);
  }

  /** Whether a layer's weight has a factor of its input. */
  boolean weighs(Object factor) {
    return operands.size() > 1
        && factor instanceof Character letter
        && has(operands.get(1), letter);
  }

  /** The shape of a layer's result, by that of its input and the number of its outputs. */
  Extents resultOf(Extents input, Dim outputs) {
    Axes axes = operands.get(0);
    List<Dim> dims = new ArrayList<>();
    int count = input.dims().size() - axes.letters.length();
    if (result.leading && count > 0) {
      dims.addAll(input.dims().subList(0, count));
    }
    for (char letter : result.letters.toCharArray()) {
      dims.add(axes.axis(letter).flatMap(input::at).orElse(outputs));
    }
    return new Extents(result.leading ? input.base() : "", dims);
  }

  @Override
  public Value apply(Operation operation) {
    List<Value.Array> arrays = operation.arrays();
    if (arrays.size() > operands.size()) {
      throw operation.refuse("takes more arrays than its rule knows");
    }
    Object factor = null;
    Value.Array first = null;
    Dim outer = Dim.ONE;
    Flow flow = Flow.NONE;
    for (int i = 0; i < arrays.size(); i++) {
      Value.Array array = arrays.get(i);
      if (array.isSplit()) {
        if (!operands.get(i).fits(array.shape())) {
          throw operation.refuse("has a rule for another number of axes");
        }
        Object own = operands.get(i).factor(array.axis());
        if (isWhole(own)) {
          throw operation.refuse("needs all of the axis that is split");
        }
        boolean alike = factor == null || factor.equals(own);
        if (!alike || first != null && !sameRuns(first, array)) {
          throw operation.refuse("combines arrays that are split along different axes");
        }
        factor = own;
        first = first == null ? array : first;
        outer = first.outer();
        flow = flow.and(array.flow());
      }
    }
    boolean fits = true;
    for (int i = 0; i < arrays.size(); i++) {
      boolean known = !arrays.get(i).shape().isOpen();
      fits &= !known || operands.get(i).fits(arrays.get(i).shape());
    }
    if (!fits) {
      throw operation.refuse("has a rule for another number of axes");
    }
    confirmRanks(arrays, operation);
    Extents shape = shape(arrays, operation);
    if (factor == null) {
      return Value.Array.whole(shape);
    }
    for (int i = 0; i < arrays.size(); i++) {
      Optional<Integer> axis = operands.get(i).axis(factor);
      if (!arrays.get(i).isSplit()
          && axis.isPresent()
          && !arrays.get(i).shape().broadcasts(axis.get())) {
        if (!outer.equals(Dim.ONE)) {
          throw operation.refuse("meets an array that is not split in the same way");
        }
        operation.slice(i, axis.get(), flow);
      }
    }
    Optional<Integer> kept = result.axis(factor);
    return kept.isPresent()
        ? Value.Array.split(shape, kept.get(), outer, flow)
        : operation.reduced(shape, flow);
  }

  /** Axes that have to be as long as each other have as many runs, if these are equally long. */
  private static boolean sameRuns(Value.Array one, Value.Array other) {
    Optional<Dim> run = one.shape().at(one.axis()).map(size -> size.over(one.outer()));
    return one.outer().equals(other.outer())
        || run.isPresent()
            && run.equals(other.shape().at(other.axis()).map(size -> size.over(other.outer())));
  }

  /** A method for so many axes and no others shows that an array has them. */
  private void confirmRanks(List<Value.Array> arrays, Operation operation) {
    for (int i = 0; i < arrays.size(); i++) {
      Extents shape = arrays.get(i).shape();
      if (!operands.get(i).leading && !shape.isOpen()) {
        int rank = shape.dims().size();
        shape.namedBefore(-1).ifPresent(base -> operation.confirmRank(base, rank));
      }
    }
  }

  /** Leading axes that broadcast are taken from the operand of which most is known. */
  private Extents shape(List<Value.Array> arrays, Operation operation) {
    List<Dim> last = new ArrayList<>();
    for (char letter : result.letters.toCharArray()) {
      Optional<Dim> size = Optional.empty();
      for (int i = 0; i < arrays.size() && size.isEmpty(); i++) {
        Extents shape = arrays.get(i).shape();
        size = operands.get(i).axis(letter).flatMap(shape::at);
      }
      last.add(size.orElseGet(() -> Dim.symbol(operation.unknownShape().base())));
    }
    if (!result.leading) {
      return Extents.of(last);
    }
    Optional<Extents> lead = leading(arrays);
    if (lead.isEmpty()) {
      return new Extents(operation.unknownShape().base(), last);
    }
    List<Dim> dims = new ArrayList<>(lead.get().dims());
    dims.addAll(last);
    return new Extents(lead.get().base(), dims);
  }

  private Optional<Extents> leading(List<Value.Array> arrays) {
    List<Extents> leads = new ArrayList<>();
    int splits = 0;
    for (int i = 0; i < arrays.size(); i++) {
      Extents shape = arrays.get(i).shape();
      int cut = operands.get(i).letters.length();
      if (operands.get(i).leading && shape.dims().size() >= cut) {
        Extents lead =
            new Extents(shape.base(), shape.dims().subList(0, shape.dims().size() - cut));
        // First those that are split, each in its turn, so that names are taken as without splits.
        leads.add(arrays.get(i).isSplit() ? splits++ : leads.size(), lead);
      }
    }
    List<Extents> closed = leads.stream().filter(l -> !l.isOpen()).toList();
    if (closed.isEmpty() || arrays.stream().anyMatch(a -> a.isSplit() && a.shape().isOpen())) {
      return leads.stream().findFirst();
    }
    int rank = closed.stream().mapToInt(l -> l.dims().size()).max().orElse(0);
    List<Dim> dims = new ArrayList<>();
    for (int axis = -rank; axis < 0; axis++) {
      Dim size = Dim.ONE;
      for (Extents lead : closed) {
        Dim own = lead.at(axis).orElse(Dim.ONE);
        size = size.equals(Dim.ONE) ? own : size;
      }
      dims.add(size);
    }
    // A scalar beside an array of unknown shape says nothing.
    boolean all = closed.size() == leads.size() || rank > 0;
    return all ? Optional.of(Extents.of(dims)) : leads.stream().filter(Extents::isOpen).findFirst();
  }

  @Override
  public String toString() {
    return operands.stream().map(Axes::toString).collect(Collectors.joining(", "))
        + " -> "
        + result;
  }
}
