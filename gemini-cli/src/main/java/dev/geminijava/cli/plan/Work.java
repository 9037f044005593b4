package dev.geminijava.cli.plan;

import dev.geminijava.passes.plan.LayerChoice;
import java.util.List;

/**
 * What one layer, or one operation of a model's own code, has to do for a whole batch.
 *
 * @param id its number, in the order of execution
 * @param block the path of the block that it is, or that its code stands in; empty for the model's
 * @param type the class of that block
 * @param operation the layer's class or the array's method
 * @param place where it is called, {@code File.java:12}
 * @param inputs the numbers of those whose results it takes
 * @param shape of its result, in words
 * @param parameters how many numbers it holds
 * @param parameterBytes the memory of those
 * @param trainable whether they are learnt
 * @param flops of its forward; a multiply-add is two
 * @param outputBytes the memory of its result
 * @param split how it lies over the ranks of its stage
 * @param ways the ways to compute it, with what a step would take on each rank; empty where there
 *     is nothing to choose
 * @param why the reason for the split in a sentence; may be empty
 */
public record Work(
    int id,
    String block,
    String type,
    String operation,
    String place,
    List<Integer> inputs,
    String shape,
    long parameters,
    long parameterBytes,
    boolean trainable,
    double flops,
    long outputBytes,
    Split split,
    List<LayerChoice.Alternative> ways,
    String why) {

  /** Copies the lists. */
  public Work {
    inputs = List.copyOf(inputs);
    ways = List.copyOf(ways);
  }
}
