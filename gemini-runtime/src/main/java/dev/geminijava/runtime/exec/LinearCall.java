package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.torch.TorchScript;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call of a linear layer whose weight gradient is still to be computed.
 *
 * <p>Backward passes on {@code dX = dY W} at once, because the stage before waits for it. Nobody
 * waits for {@code dW = dY' X}, so it is computed once for the whole batch, from all micro-batches'
 * inputs and output gradients put together: one large matrix product instead of many small ones, no
 * adding up of whole weight gradients, and in the time in which the last stages would be idle. (The
 * split of backward is that of zero-bubble pipelines, Qi et al., arXiv:2401.10241.)
 *
 * @param weight the weight that collects the gradient, (o, i)
 * @param bias the bias that does, (o), or null
 * @param input what was multiplied
 * @param output a leaf that the product was added to and so collects its gradient, (rows, o)
 * @param rounds whether factors are rounded
 */
record LinearCall(NDArray weight, NDArray bias, LinearInput input, NDArray output, boolean rounds) {

  // Fewer rows do not keep a matrix product busy; more only have to be copied together.
  private static final int ENOUGH_ROWS = 512;

  // Each a single operation: longer programs libtorch would differentiate in its own way.
  private static final class Programs {
    static final TorchScript ADD_PRODUCT =
        TorchScript.of("AddProduct", List.of("c", "a", "b"), "return torch.addmm(c, a, b)");
    static final TorchScript ADD_PRODUCT_IN_PLACE =
        TorchScript.of("AddProductInPlace", List.of("c", "a", "b"), "return torch.addmm_(c, a, b)");
  }

  /**
   * Computes a layer without its weight in the graph.
   *
   * @param shares the input, if it is in shares: these are kept then, and not the whole
   * @param known the weight's own array
   * @param knownBias the bias's own array, or null if there is no bias
   */
  static PtNDArray forward(
      Tape tape,
      PtNDArray input,
      Optional<SplitArray> shares,
      PtNDArray weight,
      NDArray known,
      PtNDArray bias,
      NDArray knownBias,
      boolean rounds) {
    NDManager manager = input.getManager();
    Shape shape = input.getShape();
    Optional<Lent> lent = shares.map(SplitArray::lend);
    NDArray rows =
        lent.map(Lent::whole).orElse(input).reshape(-1, shape.get(shape.dimension() - 1));
    NDArray fixed = tape.rawly(() -> Arrays.detached(weight, manager).transpose());
    long features = fixed.getShape().get(1);
    NDArray output =
        tape.rawly(
            () -> {
              // The bias, spread over the rows without taking memory; or zero.
              NDArray offset =
                  bias == null
                      ? manager.zeros(new Shape(1), weight.getDataType())
                      : bias.stopGradient();
              return Arrays.leaf(offset.broadcast(rows.getShape().get(0), features), manager);
            });
    NDArray factor = rounds ? Bfloat16.round(rows) : rows;
    NDArray product =
        rounds
            ? rounded(output, factor, fixed)
            : Programs.ADD_PRODUCT.call(manager, output, rows, fixed);
    LinearInput kept =
        lent.isPresent()
            ? new LinearInput.Shared(
                lent.get().shares().stream().map(tape::kept).toList(), shares.get().axis())
            : new LinearInput.Whole(tape.keptOutside(factor));
    lent.ifPresent(whole -> rows.close());
    tape.running()
        .linearCalls
        .add(new LinearCall(known, knownBias, kept, tape.kept(output), rounds));
    return (PtNDArray) product.reshape(shape.slice(0, shape.dimension() - 1).add(features));
  }

  private static NDArray rounded(NDArray output, NDArray factor, NDArray fixed) {
    try (NDArray weight = Bfloat16.round(fixed);
        NDArray product = factor.matMul(weight);
        NDArray wide = Bfloat16.widen(product)) {
      return output.add(wide);
    }
  }

  /** Adds the calls' gradients to their layers' weights and biases, and lets go of them. */
  static void finish(List<LinearCall> calls) {
    Map<NDArray, List<LinearCall>> byWeight = new IdentityHashMap<>();
    for (LinearCall call : calls) {
      byWeight.computeIfAbsent(call.weight, w -> new ArrayList<>()).add(call);
    }
    byWeight.values().forEach(LinearCall::finishLayer);
    calls.forEach(
        call -> {
          call.input.close();
          call.output.close();
        });
  }

  private static void finishLayer(List<LinearCall> calls) {
    NDArray weight = calls.get(0).weight;
    NDArray bias = calls.get(0).bias;
    boolean rounds = calls.get(0).rounds;
    try (NDManager scope = calls.get(0).output.getManager().newSubManager(weight.getDevice())) {
      // A piece of several parts, of its outputs or of its inputs, has an axis more for them.
      long features = calls.get(0).output.getShape().get(1);
      NDArray sum =
          scope.zeros(
              new Shape(features, weight.getShape().size() / features), weight.getDataType());
      NDList gradients = new NDList();
      NDList inputs = new NDList();
      for (LinearCall call : calls) {
        NDArray gradient = Arrays.gradient(call.output);
        if (gradient == null) {
          continue;
        }
        gradient.attach(scope);
        gradients.add(gradient);
        inputs.add(call.input.rows(scope));
        if (rows(inputs) >= ENOUGH_ROWS) {
          add(sum, bias, gradients, inputs, rounds, scope);
          gradients = new NDList();
          inputs = new NDList();
        }
      }
      if (!inputs.isEmpty()) {
        add(sum, bias, gradients, inputs, rounds, scope);
      }
      accumulate(weight, sum.reshape(weight.getShape()));
    }
  }

  private static long rows(NDList arrays) {
    return arrays.stream().mapToLong(array -> array.getShape().get(0)).sum();
  }

  private static void add(
      NDArray sum, NDArray bias, NDList gradients, NDList inputs, boolean rounds, NDManager scope) {
    NDArray gradient = joined(gradients, scope);
    NDArray input = joined(inputs, scope);
    if (rounds) {
      NDArray product = factor(gradient, scope).transpose().matMul(factor(input, scope));
      product.attach(scope);
      sum.addi(Bfloat16.widen(product));
    } else {
      Programs.ADD_PRODUCT_IN_PLACE.call(scope, sum, gradient.transpose(), input);
    }
    if (bias != null) {
      NDArray columns = gradient.sum(new int[] {0});
      columns.attach(scope);
      accumulate(bias, columns.reshape(bias.getShape()));
    }
  }

  /** What is multiplied; an input may have been kept that way. */
  private static NDArray factor(NDArray array, NDManager scope) {
    NDArray factor = array.getDataType() == DataType.FLOAT32 ? Bfloat16.round(array) : array;
    factor.attach(scope);
    return factor;
  }

  private static NDArray joined(NDList parts, NDManager scope) {
    NDArray joined = parts.size() == 1 ? parts.head() : NDArrays.concat(parts);
    joined.attach(scope);
    return joined;
  }

  // Backward from a leaf adds the seed to the leaf's own gradient, and locks it: ranks and stages
  // may share a parameter.
  private static void accumulate(NDArray leaf, NDArray gradient) {
    JniUtils.backward((PtNDArray) leaf, (PtNDArray) gradient, false, false);
  }
}
