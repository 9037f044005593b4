package dev.geminijava.cli.plan;

import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.schedule.StageCost;
import dev.geminijava.runtime.schedule.Timeline;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a training step would be like.
 *
 * @param subject the model that it is about
 * @param plan the degrees and the schedule
 * @param candidates what each place to cut stands behind
 * @param boundaries the candidates at which the stages end
 * @param layers in the order of execution
 * @param stages in their order
 * @param communication what crosses between devices in one step
 * @param timelines one for each schedule, the plan's first
 * @param machine the devices that it is predicted for
 * @param memoryLimit what each device may hold, if there is a limit
 * @param oneDeviceSeconds a step on one such device
 * @param stepSeconds a step by this plan
 * @param notes what is not known, or assumed
 */
public record Prediction(
    Subject subject,
    PlanFile plan,
    List<String> candidates,
    List<Integer> boundaries,
    List<Layer> layers,
    List<Stage> stages,
    List<Communication> communication,
    List<Timeline> timelines,
    Speeds machine,
    OptionalLong memoryLimit,
    double oneDeviceSeconds,
    double stepSeconds,
    List<String> notes) {

  /**
   * What the prediction is about.
   *
   * @param model what the model is called
   * @param place where it is made, {@code File.java:12}
   * @param batch samples in a batch
   * @param batchKnown whether the program or the user says that
   * @param optimizer what the optimizer is called
   * @param optimizerStates how many numbers it keeps for each parameter
   */
  public record Subject(
      String model,
      String place,
      long batch,
      boolean batchKnown,
      String optimizer,
      int optimizerStates) {}

  /**
   * A layer in its place.
   *
   * @param work what it has to do
   * @param stage where it runs
   * @param forwardSeconds on one rank, for one micro-batch
   * @param backwardSeconds on one rank, for one micro-batch
   */
  public record Layer(Work work, int stage, double forwardSeconds, double backwardSeconds) {}

  /**
   * What one stage holds and does.
   *
   * @param first the number of its first layer
   * @param last the number of its last layer
   * @param cost times and bytes on one rank
   * @param flops forward, of a whole batch and all ranks
   * @param parameters the numbers that it holds, over all ranks
   * @param memory what each of its devices holds at most
   */
  public record Stage(
      int first, int last, StageCost cost, double flops, long parameters, Memory memory) {}

  /**
   * What one device holds.
   *
   * @param parameters bytes of the parameters
   * @param gradients bytes of their gradients
   * @param optimizer bytes of the optimizer's state
   * @param activations bytes kept for backward, of all micro-batches alive at once
   */
  public record Memory(long parameters, long gradients, long optimizer, long activations) {

    /** All together. */
    public long total() {
      return parameters + gradients + optimizer + activations;
    }
  }

  /**
   * What crosses between devices in one step.
   *
   * @param kind {@code all-reduce}, {@code send}, …
   * @param where between whom, in words
   * @param times how often in a step
   * @param bytes what it moves in a step, of all times together
   * @param seconds what it takes in a step
   */
  public record Communication(String kind, String where, int times, long bytes, double seconds) {}

  /** How much faster a step is than on one device. */
  public double speedUp() {
    return oneDeviceSeconds / stepSeconds;
  }

  /** Whether every device holds what it has to. */
  public boolean fits() {
    return stages.stream().allMatch(s -> s.memory().total() <= memoryLimit.orElse(Long.MAX_VALUE));
  }
}
