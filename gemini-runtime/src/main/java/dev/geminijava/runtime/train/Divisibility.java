package dev.geminijava.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.exec.Landings;
import dev.geminijava.runtime.exec.MicroBatch;
import dev.geminijava.runtime.exec.Profile;
import dev.geminijava.runtime.exec.Program;
import dev.geminijava.runtime.exec.Step;
import dev.geminijava.runtime.mesh.DeviceMesh;
import dev.geminijava.runtime.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether, and how, a model's batches can be divided into micro-batches without changing its
 * results.
 *
 * <p>No program says so, and reading it cannot always tell; so the model is asked. One batch runs
 * through it whole and once more divided, without gradients and with dropout switched off. Equal
 * outputs mean that samples do not see each other.
 *
 * @param count how many micro-batches to use
 * @param least how many samples a micro-batch must have
 * @param axes for each output, the axis that grows with the batch
 */
record Divisibility(int count, int least, int[] axes) {

  /** Batches stay whole. */
  static final Divisibility WHOLE = new Divisibility(1, 1, new int[0]);

  /** This batch is too small to tell. */
  static final Divisibility UNDECIDED = new Divisibility(1, 1, new int[0]);

  // Rounding differs with the number of rows in a matrix product; real coupling is far larger.
  private static final double TOLERANCE = 1e-4;
  private static final double DOUBLE_TOLERANCE = 1e-9;

  /** How to divide one batch; whole if its arrays do not agree on a batch size. */
  BatchSplit split(NDList data, NDList labels) {
    Optional<Long> batch = BatchSplit.batchSize(data);
    if (batch.isEmpty() || !divides(labels, batch.get())) {
      return BatchSplit.of(1, 1);
    }
    return BatchSplit.of(batch.get(), (int) Math.min(count, batch.get() / least));
  }

  private static boolean divides(NDList labels, long batch) {
    return labels == null
        || labels.stream()
            .map(NDArray::getShape)
            .allMatch(s -> s.dimension() > 0 && s.get(0) > 0 && s.get(0) % batch == 0);
  }

  /**
   * Asks the model.
   *
   * @param loss what will be taken of each micro-batch, or null if the whole batch's is taken
   * @param wanted how many micro-batches are wanted
   * @param insisted true if the user named that number: then the model is divided in any case, and
   *     told what that changes
   * @param mesh where to ask it: on all stages if it is known where they end
   * @param boundaries the candidate cuts that end the first, second, … of these stages
   */
  static Divisibility examine(
      Program program,
      NDList data,
      NDList labels,
      Loss loss,
      boolean training,
      int wanted,
      boolean insisted,
      DeviceMesh mesh,
      int[] boundaries,
      NDManager manager,
      Report report) {
    Optional<Long> batch = BatchSplit.batchSize(data);
    if (batch.isEmpty() || !divides(labels, batch.get())) {
      report.once(
          "the arrays of a batch differ in their first axis: batches are not divided into"
              + " micro-batches");
      return WHOLE;
    }
    if (batch.get() == 1) {
      return UNDECIDED;
    }
    BatchSplit one = BatchSplit.of(batch.get(), 1);
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager();
        Step whole = step(program, data, labels, one, mesh, boundaries, scope)) {
      whole.forward();
      if (whole.draws() && !insisted) {
        report.once(
            "the forward pass draws random numbers, and would draw others for micro-batches; batches"
                + " stay whole so that results equal the single-device run (--micro-batches=N divides"
                + " them all the same)");
        return WHOLE;
      }
      String obstacle = "one sample alone cannot be computed";
      // A sample alone is often the only trouble: squeeze() takes its batch axis away.
      for (int least = 1; least <= 2; least++) {
        BatchSplit many = BatchSplit.of(batch.get(), (int) Math.min(wanted, batch.get() / least));
        if (many.count() == 1) {
          break;
        }
        try (Step divided = step(program, data, labels, many, mesh, boundaries, scope)) {
          divided.forward();
          takeLosses(divided, many, labels, loss);
          int[] axes = axes(whole, divided, many);
          double worst = difference(whole, divided, axes);
          double tolerance = tolerance(whole.microBatches().get(0).outputs());
          return judge(
              worst, tolerance, new Divisibility(wanted, least, axes), insisted, training, report);
        } catch (RuntimeException e) {
          obstacle = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
      }
      report.once(obstacle + ": batches are not divided into micro-batches");
      return WHOLE;
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  private static Step step(
      Program program,
      NDList data,
      NDList labels,
      BatchSplit split,
      DeviceMesh mesh,
      int[] boundaries,
      NDManager scope) {
    Step step =
        Step.trial(
            mesh,
            boundaries,
            new Profile(),
            program,
            split.batch(),
            scope,
            new Landings(scope),
            Trace.summing());
    List<NDList> inputs = split.divide(data, 0);
    List<NDList> labelParts = labels == null ? null : split.divide(labels, 0);
    for (int i = 0; i < split.count(); i++) {
      step.add(split.sizes()[i], inputs.get(i), labelParts == null ? null : labelParts.get(i));
    }
    return step;
  }

  /** A loss, too, can fail for parts: DJL's cross-entropy takes square labels, and no others. */
  private static void takeLosses(Step divided, BatchSplit split, NDList labels, Loss loss) {
    if (loss != null) {
      List<NDList> parts = split.divide(labels, 0);
      for (int i = 0; i < split.count(); i++) {
        loss.evaluate(parts.get(i), divided.microBatches().get(i).outputs());
      }
    }
  }

  /** For each output, the axis that grows with the batch. */
  private static int[] axes(Step whole, Step divided, BatchSplit split) {
    NDList expected = whole.microBatches().get(0).outputs();
    NDList part = divided.microBatches().get(0).outputs();
    int[] axes = new int[expected.size()];
    for (int o = 0; o < axes.length; o++) {
      Shape shape = expected.get(o).getShape();
      axes[o] = split.axis(shape, part.get(o).getShape(), split.sizes()[0]);
      if (axes[o] < 0) {
        throw new IllegalArgumentException(
            "output " + o + " of shape " + shape + " has no axis that grows with the batch");
      }
    }
    return axes;
  }

  // A norm of the batch may hardly show in the outputs, if another norm follows; it shows in the
  // running statistics.
  private static double difference(Step whole, Step divided, int[] axes) {
    NDList expected = whole.microBatches().get(0).outputs();
    double worst = 0;
    for (int o = 0; o < axes.length; o++) {
      NDList pieces = new NDList();
      for (MicroBatch part : divided.microBatches()) {
        pieces.add(part.outputs().get(o));
      }
      worst = Math.max(worst, difference(expected.get(o), BatchSplit.join(pieces, axes[o])));
    }
    Map<Parameter, NDArray> buffers = divided.buffers();
    for (Map.Entry<Parameter, NDArray> buffer : whole.buffers().entrySet()) {
      worst = Math.max(worst, difference(buffer.getValue(), buffers.get(buffer.getKey())));
    }
    return worst;
  }

  private static Divisibility judge(
      double worst,
      double tolerance,
      Divisibility found,
      boolean insisted,
      boolean training,
      Report report) {
    if (worst <= tolerance) {
      return found;
    }
    String fact =
        String.format(
            "samples of a batch influence each other%s: outputs of micro-batches differ from the"
                + " whole batch's by %.1g of their size",
            training ? " (BatchNorm in training, for example)" : "", worst);
    if (insisted) {
      report.once(
          fact + "; --micro-batches=" + found.count() + " computes them apart all the same");
      return found;
    }
    report.once(
        fact
            + "; batches stay whole so that results equal the single-device run"
            + " (--micro-batches=N divides them all the same)");
    return WHOLE;
  }

  private static double difference(NDArray expected, NDArray actual) {
    if (!expected.getDataType().isFloating()) {
      return expected.contentEquals(actual) ? 0 : 1;
    }
    if (expected.size() == 0) {
      return 0;
    }
    double scale = number(expected.abs().max());
    double gap = number(expected.sub(actual).abs().max());
    return gap == 0 ? 0 : gap / Math.max(scale, Float.MIN_NORMAL);
  }

  private static double tolerance(NDList outputs) {
    return outputs.stream().allMatch(output -> output.getDataType() == DataType.FLOAT64)
        ? DOUBLE_TOLERANCE
        : TOLERANCE;
  }

  private static double number(NDArray scalar) {
    return scalar.toType(DataType.FLOAT64, false).getDouble();
  }
}
