package dev.geminijava.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.runtime.exec.Arrays;
import dev.geminijava.runtime.exec.Entrance;
import dev.geminijava.runtime.exec.Exit;
import dev.geminijava.runtime.exec.Export;
import dev.geminijava.runtime.exec.MicroBatch;
import dev.geminijava.runtime.exec.Step;
import java.util.ArrayList;
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
  private final List<Way> ways = new ArrayList<>();
  private final boolean[] inputCarries;
  private NDList outputs;
  private boolean done;

  /** Where the gradient of an output, or of one rank's part of it, is found. */
  private record Way(NDArray leaf, int output, int part, boolean carries) {}

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
    List<List<Exit>> exits = step.microBatches().stream().map(MicroBatch::exits).toList();
    outputs = new NDList();
    for (int o = 0; o < exits.get(0).size(); o++) {
      List<NDArray> parts = new ArrayList<>();
      for (int p = 0; p < exits.get(0).get(o).values().size(); p++) {
        parts.add(collect(exits, o, p, manager));
      }
      outputs.add(exits.get(0).get(o).join(parts));
    }
  }

  private NDArray collect(List<List<Exit>> exits, int output, int part, NDManager manager) {
    NDList values = new NDList();
    boolean carries = false;
    for (List<Exit> microBatch : exits) {
      values.add(microBatch.get(output).values().get(part).toDevice(manager.getDevice(), false));
      Export export = microBatch.get(output).exports().get(part);
      carries |= !step.takesLoss() && export.differentiable();
    }
    NDArray joined = BatchSplit.join(values, axis(output));
    NDArray leaf = carries ? Arrays.leaf(joined, step.manager()) : joined;
    ways.add(new Way(leaf, output, part, carries));
    return carries ? Entrance.of(leaf, manager) : Arrays.detached(leaf, manager);
  }

  private int axis(int output) {
    return axes.length == 0 ? 0 : axes[output];
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
    for (Way way : ways) {
      NDArray gradient = way.carries() ? Arrays.gradient(way.leaf()) : null;
      if (gradient == null) {
        continue;
      }
      reached.add(way.leaf());
      gradient.attach(step.manager());
      NDList parts = split.divide(gradient, axis(way.output()));
      for (int m = 0; m < microBatches.size(); m++) {
        Exit exit = microBatches.get(m).exits().get(way.output());
        exit.exports().get(way.part()).give(parts.get(m));
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
      ways.forEach(way -> way.leaf().attach(rest));
    } finally {
      step.close();
    }
  }

  /** The stages' graphs are gone after their backward; what comes later must not get lost. */
  private void refuseMore() {
    for (Way way : ways) {
      NDArray leaf = way.leaf();
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
