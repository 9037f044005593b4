package dev.geminijava.cli.command;

import dev.geminijava.cli.plan.Prediction;
import dev.geminijava.cli.plan.Prediction.Memory;
import dev.geminijava.runtime.text.ByteSize;
import java.util.ArrayList;
import java.util.List;

/**
 * What was proven of the bytes that each device holds: parameters, gradients, the optimizer's state
 * and the activations of all micro-batches that are alive at once, against the limit.
 *
 * @param answer what was looked at, in a line
 * @param notes what the answer rests on: sizes that are assumed, or not known
 * @param faults which stages hold too much, in a line each
 */
record MemoryProof(String answer, List<String> notes, List<String> faults) {

  /** Nothing was looked at, for a reason. */
  static MemoryProof none(String why) {
    return new MemoryProof("memory: " + why, List.of(), List.of());
  }

  /** Each stage of each model under a limit. */
  static MemoryProof of(List<Prediction> predictions, long limit) {
    if (predictions.isEmpty()) {
      return none("no model of these files is understood well enough to say what it takes");
    }
    List<String> notes = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    long most = 0;
    int stages = 0;
    for (Prediction prediction : predictions) {
      String model = prediction.subject().model() + " (" + prediction.subject().place() + ")";
      prediction.notes().forEach(note -> notes.add(model + ": " + note));
      for (Prediction.Stage stage : prediction.stages()) {
        long bytes = stage.memory().total();
        most = Math.max(most, bytes);
        if (bytes > limit) {
          faults.add(model + ": " + fault(prediction, prediction.stages().indexOf(stage), limit));
        }
      }
      stages += prediction.stages().size();
    }
    String answer =
        "memory: %d %s, at most %s on a device, and --device-memory gives %s"
            .formatted(
                stages,
                stages == 1 ? "stage" : "stages",
                ByteSize.format(most),
                ByteSize.format(limit));
    return new MemoryProof(answer, List.copyOf(notes), List.copyOf(faults));
  }

  private static String fault(Prediction prediction, int stage, long limit) {
    Memory memory = prediction.stages().get(stage).memory();
    int live = prediction.timelines().get(0).schedule().peakLive(stage);
    return ("stage %d holds %s on each device (%s parameters, gradients and optimizer state,"
            + " %s activations of %d %s), and --device-memory gives %s:"
            + " use --device-memory=%s, more devices or more micro-batches")
        .formatted(
            stage,
            ByteSize.format(memory.total()),
            ByteSize.format(memory.total() - memory.activations()),
            ByteSize.format(memory.activations()),
            live,
            live == 1 ? "micro-batch" : "micro-batches",
            ByteSize.format(limit),
            ByteSize.roundedUp(memory.total()));
  }

  boolean holds() {
    return faults.isEmpty();
  }
}
