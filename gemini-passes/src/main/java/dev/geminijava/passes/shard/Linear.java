package dev.geminijava.passes.shard;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * In what a method is linear. There it may be given the ranks' summands of a value instead of the
 * value: the sum of the results is then the result of the sum.
 */
public enum Linear {
  /** In nothing. */
  NO {
    @Override
    public boolean goesThrough(Optional<Value> receiver, List<Value> arguments) {
      return false;
    }
  },
  /**
   * In all operands at once, and it has no others: the sum of two arrays, not of one and a number.
   */
  SUM {
    @Override
    public boolean goesThrough(Optional<Value> receiver, List<Value> arguments) {
      return receiver.filter(r -> isArray(r) && !isSummand(r)).isEmpty()
          && arguments.stream().allMatch(Linear::isSummand);
    }
  },
  /** In all its arrays at once, whatever sizes and axes it is told: it moves, picks and adds. */
  ARRAYS {
    @Override
    public boolean goesThrough(Optional<Value> receiver, List<Value> arguments) {
      return Stream.concat(receiver.stream(), arguments.stream())
          .allMatch(v -> isSummand(v) || !isArray(v));
    }
  },
  /** In any one of its operands, while the others stay what they are: products. */
  EACH {
    @Override
    public boolean goesThrough(Optional<Value> receiver, List<Value> arguments) {
      List<Value> operands = Stream.concat(receiver.stream(), arguments.stream()).toList();
      return operands.stream().filter(Linear::isSummand).count() == 1
          && operands.stream().filter(Value::isSplit).count() == 1;
    }
  },
  /** In what it is called on, while the others stay what they are: quotients. */
  FIRST {
    @Override
    public boolean goesThrough(Optional<Value> receiver, List<Value> arguments) {
      return receiver.filter(Linear::isSummand).isPresent()
          && arguments.stream().noneMatch(Value::isSplit);
    }
  };

  /** Whether summands may be given to a method in the place of these operands. */
  public abstract boolean goesThrough(Optional<Value> receiver, List<Value> arguments);

  private static boolean isSummand(Value value) {
    if (value instanceof Value.Array array) {
      return array.isPartial();
    }
    if (value instanceof Value.Arrays list) {
      return !list.items().isEmpty() && list.items().stream().allMatch(Value.Array::isPartial);
    }
    return value instanceof Value.Items items
        && !items.values().isEmpty()
        && items.values().stream().allMatch(Linear::isSummand);
  }

  private static boolean isArray(Value value) {
    return value instanceof Value.Array
        || value instanceof Value.Arrays
        || value instanceof Value.Bundle
        || value instanceof Value.Items items && items.values().stream().anyMatch(Linear::isArray);
  }
}
