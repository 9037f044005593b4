package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.torch.TorchScript;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs backward from several values at once, each with its own gradient.
 *
 * <p>DJL's native layer differentiates one value. For more, libtorch's own {@code
 * autograd.backward(values, gradients)} is reached through a TorchScript program, which costs no
 * arithmetic, unlike the sum of products that would have the same gradient.
 */
final class Backward {

  private static final ConcurrentHashMap<Integer, TorchScript> PROGRAMS = new ConcurrentHashMap<>();

  private Backward() {}

  /**
   * Accumulates into every leaf the gradient of {@code sum_i <values_i, seeds_i>}.
   *
   * @param values graph values
   * @param seeds their gradients, of the same shapes
   */
  static void run(NDList values, NDList seeds) {
    if (values.isEmpty()) {
      return;
    }
    if (values.size() == 1) {
      JniUtils.backward((PtNDArray) values.head(), (PtNDArray) seeds.head(), false, false);
      return;
    }
    TorchScript program = PROGRAMS.computeIfAbsent(values.size(), Backward::program);
    NDList arguments = new NDList(2 * values.size());
    arguments.addAll(values);
    arguments.addAll(seeds);
    try (NDManager scope = values.head().getManager().newSubManager()) {
      program.call(scope, arguments.toArray(NDArray[]::new));
    }
  }

  private static TorchScript program(int roots) {
    List<String> values = IntStream.range(0, roots).mapToObj(i -> "y" + i).toList();
    List<String> seeds = IntStream.range(0, roots).mapToObj(i -> "g" + i).toList();
    return TorchScript.of(
        "Roots",
        Stream.concat(values.stream(), seeds.stream()).toList(),
        """
        seeds = annotate(List[Optional[Tensor]], %s)
        _0 = torch.autograd.backward(%s, seeds, None, False)
        return torch.zeros([1])
        """
            .formatted(seeds, values));
  }
}
