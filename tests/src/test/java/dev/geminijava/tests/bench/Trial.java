package dev.geminijava.tests.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.Batchifier;
import dev.geminijava.tests.model.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One way to train a subject, stepped in turn with the others so that they share the weather. */
final class Trial implements AutoCloseable {

  static final int WARM_UP = 3;

  final String name;
  private final int threads;
  private final Model model;
  private final Trainer trainer;
  private final NDList data;
  private final NDList labels;
  private final List<Double> millis = new ArrayList<>();

  /**
   * Prepares a trial.
   *
   * @param batch how many samples a step has
   * @param threads libtorch's threads on the calling thread
   * @param parallel makes the model parallel, or leaves it
   */
  Trial(String name, Example subject, int batch, int threads, UnaryOperator<Model> parallel) {
    this.name = name;
    this.threads = threads;
    model = parallel.apply(Model.newInstance(name));
    model.setBlock(subject.block());
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(subject.loss())
                .optOptimizer(
                    Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1e-3f)).build()));
    NDManager manager = model.getNDManager();
    data = subject.data(manager, batch);
    labels = subject.labels(manager, batch);
    trainer.initialize(data.stream().map(NDArray::getShape).toArray(Shape[]::new));
  }

  /** Trains one batch. */
  void step() {
    JniUtils.setNumThreads(threads);
    long begin = System.nanoTime();
    NDManager manager = trainer.getManager().newSubManager();
    try (Batch batch =
        new Batch(
            manager,
            copy(data),
            copy(labels),
            (int) data.head().size(0),
            Batchifier.STACK,
            Batchifier.STACK,
            0,
            1)) {
      EasyTrain.trainBatch(trainer, batch);
      trainer.step();
    }
    millis.add((System.nanoTime() - begin) / 1e6);
  }

  private static NDList copy(NDList arrays) {
    NDList copies = new NDList();
    arrays.forEach(array -> copies.add(array.duplicate()));
    return copies;
  }

  /** The median of the steps after the warm-up. */
  double median() {
    return median(millis.subList(WARM_UP, millis.size()));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
