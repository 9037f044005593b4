import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.recurrent.*;
import ai.djl.training.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;

/** An encoder by DJL's LSTM, a decoder cell written by hand that looks back at every step. */
public class AttentiveDecoder {

  /** A GRU cell and attention over the encoder's states. */
  static class Cell extends AbstractBlock {
    private final Linear gates, candidate, score;
    private final long size;

    Cell(long size) {
      this.size = size;
      gates = addChildBlock("gates", Linear.builder().setUnits(2 * size).build());
      candidate = addChildBlock("candidate", Linear.builder().setUnits(size).build());
      score = addChildBlock("score", Linear.builder().setUnits(size).optBias(false).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.get(0), state = in.get(1), memory = in.get(2);
      NDArray query = score.forward(ps, new NDList(state), training).head().expandDims(2);
      NDArray weights = memory.matMul(query).squeeze(2).softmax(1);
      NDArray context = weights.expandDims(1).matMul(memory).squeeze(1);
      NDArray input = x.concat(context, 1);
      NDArray rz =
          Activation.sigmoid(
              gates.forward(ps, new NDList(input.concat(state, 1)), training).head());
      NDArray r = rz.get(":, :{}", size), z = rz.get(":, {}:", size);
      NDArray proposal =
          candidate
              .forward(ps, new NDList(input.concat(r.mul(state), 1)), training)
              .head()
              .tanh();
      NDArray next = z.mul(state).add(z.mul(-1).add(1).mul(proposal));
      return new NDList(next, weights);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {s[1], new Shape(s[2].get(0), s[2].get(1))};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      long b = s[0].get(0);
      Shape all = new Shape(b, s[0].get(1) + s[2].get(2) + size);
      gates.initialize(m, d, all);
      candidate.initialize(m, d, all);
      score.initialize(m, d, s[1]);
    }
  }

  static class Translator extends AbstractBlock {
    private static final int SIZE = 10;
    private final RecurrentBlock encoder;
    private final Cell cell;
    private final Linear bridge, head;
    private final int steps, vocabulary;

    Translator(int vocabulary, int steps) {
      this.steps = steps;
      this.vocabulary = vocabulary;
      encoder =
          addChildBlock(
              "encoder",
              LSTM.builder().setStateSize(SIZE).setNumLayers(2).optBatchFirst(true).build());
      bridge = addChildBlock("bridge", Linear.builder().setUnits(SIZE).build());
      cell = addChildBlock("cell", new Cell(SIZE));
      head = addChildBlock("head", Linear.builder().setUnits(vocabulary).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray source = in.head();
      NDArray memory = encoder.forward(ps, in, training).head();
      NDArray state = bridge.forward(ps, new NDList(memory.get(":, -1")), training).head().tanh();
      NDArray said = source.getManager().zeros(new Shape(source.getShape().get(0), vocabulary));
      NDList words = new NDList();
      for (int t = 0; t < steps; t++) {
        state = cell.forward(ps, new NDList(said, state, memory), training).head();
        NDArray logits = head.forward(ps, new NDList(state), training).head();
        words.add(logits);
        said = logits.softmax(1);
      }
      return new NDList(NDArrays.stack(words, 1));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), steps, vocabulary)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      encoder.initialize(m, d, s);
      Shape state = new Shape(s[0].get(0), SIZE);
      bridge.initialize(m, d, state);
      cell.initialize(
          m, d, new Shape(s[0].get(0), vocabulary), state, new Shape(s[0].get(0), s[0].get(1), SIZE));
      head.initialize(m, d, state);
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(37);
    int vocabulary = 6, steps = 4;
    try (Model model = Model.newInstance("decoder");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(new Translator(vocabulary, steps));
      NDArray x = m.randomNormal(new Shape(6, 5, 3));
      NDArray y = m.randomInteger(0, vocabulary, new Shape(6, steps), DataType.INT64);
      Loss loss = new SoftmaxCrossEntropyLoss("words", 1, -1, true, true);
      try (Trainer trainer =
          model.newTrainer(
              new DefaultTrainingConfig(loss)
                  .optOptimizer(
                      Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build()))) {
        trainer.initialize(x.getShape());
        for (int i = 0; i < 4; i++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray scores = trainer.forward(new NDList(x)).singletonOrThrow();
            NDArray l = m.create(0f);
            for (int t = 0; t < steps; t++) {
              NDList one = new NDList(scores.get(":, " + t));
              l = l.add(loss.evaluate(new NDList(y.get(":, " + t)), one));
            }
            collector.backward(l.div(steps));
            System.out.println(l.getFloat());
          }
          trainer.step();
        }
        System.out.println(trainer.evaluate(new NDList(x)).head().argMax(2).sum());
      }
    }
  }
}
