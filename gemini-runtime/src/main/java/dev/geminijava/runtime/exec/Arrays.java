package dev.geminijava.runtime.exec;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.torch.TorchScript;
import java.util.List;

/**
 * Views of arrays that cost no copy, and questions about gradients that DJL does not answer. What
 * is made here lives as long as its manager, even if a scope of the program is open meanwhile.
 */
public final class Arrays {

  private Arrays() {}

  /**
   * A second handle on the same tensor: same memory, same place in the autograd graph, own
   * lifetime.
   */
  public static NDArray alias(NDArray array, NDManager manager) {
    PtNDArray alias = JniUtils.to((PtNDArray) array, array.getDataType(), array.getDevice());
    return kept(alias, array, manager);
  }

  /** The same memory outside the autograd graph. */
  public static NDArray detached(NDArray array, NDManager manager) {
    NDArray detached = array.stopGradient();
    return kept(detached, array, manager);
  }

  /** A copy outside the autograd graph. */
  public static NDArray copy(NDArray array, NDManager manager) {
    try (NDArray detached = array.stopGradient()) {
      return kept(detached.duplicate(), array, manager);
    }
  }

  /** Gives an array its name and lifetime, whatever scope is open. */
  static NDArray kept(NDArray made, NDArray of, NDManager manager) {
    NDScope.unregister(made);
    made.attach(manager);
    made.setName(of.getName());
    return made;
  }

  /** Like {@link #detached}, as a leaf that collects a gradient. */
  public static NDArray leaf(NDArray array, NDManager manager) {
    NDArray leaf = detached(array, manager);
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** The gradient that a leaf received, attached to the leaf's manager, or null if none did. */
  public static NDArray gradient(NDArray leaf) {
    NDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
    if (gradient != null) {
      NDScope.unregister(gradient);
    }
    return gradient;
  }

  /**
   * Tells whether a gradient flows into an array, leaf or not.
   *
   * @param alias an array; for a graph value pass an alias, never a parameter's own handle
   */
  public static boolean carriesGradient(NDArray alias) {
    if (!alias.getDataType().isFloating()) {
      return false;
    }
    if (JniUtils.requiresGrad((PtNDArray) alias)) {
      return true;
    }
    try {
      // DJL reports leaves only. libtorch refuses to clear the flag of exactly the others.
      JniUtils.attachGradient((PtNDArray) alias, false);
      return false;
    } catch (EngineException e) {
      return true;
    }
  }

  private static final class Program {
    static final TorchScript WRITE =
        TorchScript.of("Write", List.of("to", "source"), "return torch.copy_(to, source)");
  }

  /**
   * Writes an array's values into another, on whatever devices they are; both outside the graph.
   */
  public static void write(NDArray from, NDArray to) {
    try (NDManager scope = to.getManager().newSubManager()) {
      Program.WRITE.call(scope, to, from);
    }
  }

  /** Size of an array's elements in bytes. */
  public static long bytes(NDArray array) {
    return bytes(array.getShape(), array.getDataType());
  }

  /** Size of so many elements in bytes. */
  static long bytes(Shape shape, DataType type) {
    // The only type that DJL has no name for and that is met here is bfloat16.
    return shape.size() * (type == DataType.UNKNOWN ? Short.BYTES : type.getNumOfBytes());
  }
}
