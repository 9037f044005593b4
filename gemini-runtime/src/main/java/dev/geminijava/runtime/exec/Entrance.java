package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

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

  /** A value on a leaf's memory whose gradient flows into the leaf. */
  public static NDArray of(NDArray leaf, NDManager manager) {
    // The first to use a value may do so without gradients; others will want them.
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      NDArray value = Program.VIEW.call(manager, leaf);
      value.setName(leaf.getName());
      return value;
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }
}
