package dev.geminijava.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterServer;
import ai.djl.training.optimizer.Optimizer;
import dev.geminijava.runtime.exec.Arrays;
import dev.geminijava.runtime.exec.Failure;
import dev.geminijava.runtime.exec.Tasks;
import java.util.ArrayList;
import java.util.List;

/**
 * The optimizer step: every device updates the parameters that it holds. A split parameter is
 * updated piece by piece, and the optimizer keeps its state for each piece.
 */
final class Update {

  private final Execution execution;
  private final Optimizer optimizer;
  private final ParameterServer server;

  Update(Execution execution, Optimizer optimizer, NDManager manager) {
    this.execution = execution;
    this.optimizer = optimizer;
    server = manager.getEngine().newParameterServer(optimizer);
  }

  /** Updates all parameters that require gradient and were used. */
  void run() {
    List<Runnable> updates = new ArrayList<>();
    for (Parameter parameter : execution.store().used()) {
      if (!parameter.requiresGradient()) {
        continue;
      }
      List<NDArray> arrays = execution.store().placements().owned(parameter);
      for (int r = 0; r < arrays.size(); r++) {
        String id = arrays.size() == 1 ? parameter.getId() : parameter.getId() + "/" + r;
        NDArray array = arrays.get(r);
        updates.add(() -> update(parameter, id, array));
      }
    }
    if (updates.isEmpty()) {
      return;
    }
    // The first alone: learning-rate trackers advance their state on it and only read afterwards.
    updates.get(0).run();
    Tasks.all(
        updates.subList(1, updates.size()),
        execution.mesh().size(),
        execution.mesh().threadsPerRank());
  }

  private void update(Parameter parameter, String id, NDArray array) {
    try {
      server.update(id, new NDArray[] {array});
    } catch (RuntimeException e) {
      throw Failure.noted(e, "in the update of parameter " + parameter.getName());
    }
  }

  /** Fails like DJL's trainer if no gradient was collected before the first step. */
  void checkGradients() {
    for (Parameter parameter : execution.store().used()) {
      if (!parameter.requiresGradient()) {
        continue;
      }
      for (NDArray array : execution.store().placements().leaves(parameter)) {
        NDArray gradient = Arrays.gradient(array);
        if (gradient != null) {
          try (NDArray largest = gradient.abs().max()) {
            if (largest.toType(DataType.FLOAT32, false).getFloat() != 0f) {
              return;
            }
          } finally {
            gradient.close();
          }
        }
      }
    }
    throw new IllegalStateException(
        "Gradient values are all zeros, please call gradientCollector.backward() on your target"
            + " NDArray (usually loss), before calling step() ");
  }

  /** How many arrays of a parameter's size the optimizer keeps beside it. */
  int statesPerParameter() {
    return switch (optimizer.getClass().getSimpleName()) {
      case "Adam", "AdamW", "Adadelta" -> 2;
      case "RmsProp" -> 3;
      default -> 1;
    };
  }
}
