package dev.geminijava.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.runtime.exec.Arrays;
import dev.geminijava.runtime.exec.Entrance;
import dev.geminijava.runtime.exec.Export;
import dev.geminijava.runtime.exec.MicroBatch;
import dev.geminijava.runtime.exec.Step;
import java.util.List;

/**
 * One forward pass of the whole batch, as the program sees it: inputs in, outputs out, and the way
 * back for the gradient.
 */
final class Forward implements AutoCloseable {

  private final Step step;
  private final NDList data;
  private final BatchSplit split;
  private final int[] axes;
  private final boolean recorded;
  private final Execution execution;
  private final NDManager rest;
  private final NDList leaves = new NDList();
  private final boolean[] inputCarries;
  private NDList outputs;
  private boolean done;

  Forward(
      Step step, NDList data, BatchSplit split, int[] axes, boolean recorded, Execution execution) {
    this.step = step;
    this.data = data;
    this.split = split;
    this.axes = axes;
    this.recorded = recorded;
    this.execution = execution;
    inputCarries = new boolean[data.size()];
    rest = data.head().getManager().newSubManager();
  }

  /** The micro-batches' inputs; one that carries gradient enters as a leaf. */
  List<NDList> divideInputs() {
    List<NDList> parts = split.divide(data, 0);
    if (!step.differentiates()) {
      return parts;
    }
    for (int i = 0; i < data.size(); i++) {
      NDArray alias = Arrays.alias(data.get(i), step.manager());
      inputCarries[i] = Arrays.carriesGradient(alias);
      if (inputCarries[i]) {
        for (NDList part : parts) {
          part.get(i).setRequiresGradient(true);
        }
      }
    }
    return parts;
  }

  /** Puts the micro-batches' outputs together. */
  void collect(NDManager manager) {
    List<MicroBatch> microBatches = step.microBatches();
    outputs = new NDList();
    for (int o = 0; o < microBatches.get(0).outputs().size(); o++) {
      NDList parts = new NDList();
      boolean carries = false;
      for (MicroBatch microBatch : microBatches) {
        parts.add(microBatch.outputs().get(o));
        List<Export> exits = microBatch.exits();
        carries |= !exits.isEmpty() && exits.get(o).differentiable();
      }
      NDArray joined = BatchSplit.join(parts, axes.length == 0 ? 0 : axes[o]);
      if (carries) {
        NDArray leaf = Arrays.leaf(joined, step.manager());
        leaves.add(leaf);
        outputs.add(Entrance.of(leaf, manager));
      } else {
        leaves.add(joined);
        outputs.add(Arrays.detached(joined, manager));
      }
    }
  }

  NDList outputs() {
    return outputs;
  }

  /**
   * Runs backward if the outputs received a gradient, and passes it on to the inputs' own graph.
   */
  void backward() {
    if (done) {
      refuseMore();
      return;
    }
    NDList reached = new NDList();
    List<MicroBatch> microBatches = step.microBatches();
    for (int o = 0; o < leaves.size(); o++) {
      if (!microBatches.get(0).exits().get(o).differentiable()) {
        continue;
      }
      NDArray gradient = Arrays.gradient(leaves.get(o));
      if (gradient == null) {
        continue;
      }
      reached.add(leaves.get(o));
      gradient.attach(step.manager());
      NDList parts = split.divide(gradient, axes.length == 0 ? 0 : axes[o]);
      for (int m = 0; m < microBatches.size(); m++) {
        microBatches.get(m).exits().get(o).give(parts.get(m));
      }
    }
    if (reached.isEmpty()) {
      return;
    }
    done = true;
    try {
      step.backward();
      if (recorded) {
        execution.measured(step);
      }
      passOn();
      reached.forEach(leaf -> JniUtils.zeroGrad((PtNDArray) leaf));
      leaves.attach(rest);
    } finally {
      step.close();
    }
  }

  /** The stages' graphs are gone after their backward; what comes later must not get lost. */
  private void refuseMore() {
    for (NDArray leaf : leaves) {
      NDArray gradient = leaf.isReleased() ? null : Arrays.gradient(leaf);
      if (gradient != null
          && gradient.toType(DataType.FLOAT32, false).abs().max().getFloat() != 0) {
        throw new IllegalStateException(
            "a second backward() reached outputs of a model whose backward pass is over; add the"
                + " losses and call backward() once, or use --mode=none");
      }
    }
  }

  private void passOn() {
    for (int i = 0; i < data.size(); i++) {
      if (!inputCarries[i]) {
        continue;
      }
      NDList parts = new NDList();
      for (MicroBatch microBatch : step.microBatches()) {
        NDArray leaf = microBatch.input(i);
        NDArray gradient = Arrays.gradient(leaf);
        parts.add(gradient == null ? leaf.zerosLike() : gradient);
      }
      NDArray whole = BatchSplit.join(parts, 0);
      JniUtils.backward((PtNDArray) data.get(i), (PtNDArray) whole, true, false);
    }
  }

  @Override
  public void close() {
    rest.close();
    step.close();
  }
}
