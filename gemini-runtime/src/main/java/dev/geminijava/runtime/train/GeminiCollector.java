package dev.geminijava.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import dev.geminijava.runtime.exec.Arrays;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a loss's gradient first through the program's own graph, then back through the stages of
 * every forward pass that led to it, whichever model ran it and whoever asked for the collector.
 */
public final class GeminiCollector implements GradientCollector {

  // DJL's engine allows one collector at a time.
  private static volatile GeminiCollector current;

  private final GradientCollector engine;
  private final List<Forward> open = new ArrayList<>();
  private boolean finished;

  private GeminiCollector(GradientCollector engine) {
    this.engine = engine;
  }

  /** Called by the engine where it makes a collector. */
  public static GradientCollector of(GradientCollector engine) {
    GeminiCollector collector = new GeminiCollector(engine);
    current = collector;
    return collector;
  }

  /** The collector that is open now, or null. */
  static GeminiCollector current() {
    return current;
  }

  /** True if there was no forward pass whose gradient comes from outside. */
  boolean isEmpty() {
    return open.isEmpty();
  }

  /** Lets a forward pass wait for its gradient. */
  void await(Forward forward) {
    open.add(forward);
  }

  /** Notes that the last forward pass ran its backward already, with the loss inside. */
  void finished() {
    finished = true;
  }

  @Override
  public void backward(NDArray target) {
    if (finished && !carriesGradient(target)) {
      finished = false;
      return;
    }
    if (open.isEmpty()) {
      engine.backward(target);
      return;
    }
    // The graph is kept: several forward passes may hang on it, each with a way back of its own.
    try (NDManager scope = target.getManager().newSubManager()) {
      NDArray ones = target.onesLike();
      ones.attach(scope);
      JniUtils.backward((PtNDArray) target, (PtNDArray) ones, true, false);
    }
    // Last forward first: its inputs may be the outputs of an earlier one.
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).backward();
    }
  }

  static boolean carriesGradient(NDArray array) {
    try (NDManager scope = array.getManager().newSubManager()) {
      return Arrays.carriesGradient(Arrays.alias(array, scope));
    }
  }

  @Override
  public void zeroGradients() {
    engine.zeroGradients();
  }

  @Override
  public void close() {
    current = null;
    open.forEach(Forward::close);
    open.clear();
    engine.close();
  }
}
