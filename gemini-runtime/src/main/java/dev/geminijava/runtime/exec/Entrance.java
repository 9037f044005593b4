package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.torch.TorchScript;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a leaf enters the program: as a value that the program may change in place, as it may every
 * value that it computed itself.
 *
 * <p>libtorch refuses to change a leaf in place, and a view of one. {@code _unsafe_view} shares the
 * leaf's memory, passes gradients on to it, and is neither; only TorchScript reaches it.
 */
public final class Entrance {

  private static final class Program {
    static final TorchScript VIEW =
        TorchScript.of("Entrance", List.of("x"), "return torch._unsafe_view(x, torch.size(x))");
  }

  private Entrance() {}

  /** A leaf that collects the gradient of a value but has no memory for it. */
  static NDArray without(NDArray value, NDManager manager) {
    try (NDArray zero = manager.zeros(new Shape(1), value.getDataType())) {
      return Arrays.leaf(zero.broadcast(value.getShape()), manager);
    }
  }

  /** A value whose gradient flows into such a leaf; it takes the value's place. */
  static NDArray carrying(NDArray value, NDArray leaf, NDManager manager) {
    NDArray carrying = differentiably(() -> value.add(leaf));
    value.close();
    carrying.attach(manager);
    return carrying;
  }

  private static NDArray differentiably(Supplier<NDArray> maker) {
    // The first to use a value may do so without gradients; others will want them.
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      return maker.get();
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  /** A value on a leaf's memory whose gradient flows into the leaf. */
  public static NDArray of(NDArray leaf, NDManager manager) {
    NDArray value = differentiably(() -> Program.VIEW.call(manager, leaf));
    value.setName(leaf.getName());
    return value;
  }
}
