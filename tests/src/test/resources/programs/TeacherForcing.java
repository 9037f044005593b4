import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.recurrent.*;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;

/**
 * A decoder that reads the labels, a table that is both embedding and output layer, a masked loss.
 */
public class TeacherForcing {
  static final int V = 11, E = 8;

  static class Seq2Seq extends AbstractBlock {
    final Parameter emb =
        addParameter(
            Parameter.builder()
                .setName("emb")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(V, E))
                .build());
    final LSTM enc =
        addChildBlock(
            "enc",
            LSTM.builder()
                .setNumLayers(1)
                .setStateSize(E)
                .optReturnState(true)
                .optBatchFirst(true)
                .build());
    final LSTM dec =
        addChildBlock(
            "dec",
            LSTM.builder()
                .setNumLayers(1)
                .setStateSize(E)
                .optReturnState(false)
                .optBatchFirst(true)
                .build());
    final Linear mix = addChildBlock("mix", Linear.builder().setUnits(E).build());

    NDArray embed(NDArray table, NDArray ids) {
      return ids.oneHot(V).matMul(table);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      return decode(ps, in.head(), in.get(1), training);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList data, NDList labels, PairList<String, Object> p) {
      NDArray y = labels.head();
      NDArray start = y.getManager().zeros(new Shape(y.getShape().get(0), 1), y.getDataType());
      return decode(ps, data.head(), start.concat(y.get(":, :-1"), 1), true);
    }

    NDList decode(ParameterStore ps, NDArray src, NDArray tgt, boolean training) {
      NDArray table = ps.getValue(emb, src.getDevice(), training);
      NDList encoded = enc.forward(ps, new NDList(embed(table, src)), training);
      NDList state = new NDList(encoded.get(1), encoded.get(2));
      NDList d =
          dec.forward(ps, new NDList(embed(table, tgt), state.get(0), state.get(1)), training);
      NDArray h = mix.forward(ps, new NDList(d.head()), training).head().tanh();
      return new NDList(h.matMul(ps.getValue(emb, src.getDevice(), training).transpose()));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), s[0].get(1), V)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      Shape x = new Shape(s[0].get(0), s[0].get(1), E);
      enc.initialize(m, d, x);
      dec.initialize(m, d, x);
      mix.initialize(m, d, x);
    }
  }

  static class MaskedLoss extends Loss {
    MaskedLoss() {
      super("masked");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList preds) {
      NDArray l = labels.head();
      NDArray mask = l.neq(0).toType(DataType.FLOAT32, false);
      NDArray logp = preds.head().logSoftmax(-1);
      return logp.mul(l.oneHot(V)).sum(new int[] {-1}).mul(mask).sum().div(mask.sum()).neg();
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(13);
    try (Model model = Model.newInstance("s2s");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(new Seq2Seq());
      NDArray x = m.randomInteger(1, V, new Shape(10, 6), DataType.INT64), y = x.flip(1);
      y =
          y.mul(
              m.arange(6)
                  .lt(m.randomInteger(3, 7, new Shape(10, 1), DataType.INT64))
                  .toType(DataType.INT64, false));
      DefaultTrainingConfig c =
          new DefaultTrainingConfig(new MaskedLoss())
              .addTrainingListeners(TrainingListener.Defaults.basic())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.02f)).build());
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(10, 6), new Shape(10, 6));
        Dataset ds =
            new ArrayDataset.Builder().setData(x).optLabels(y).setSampling(10, false).build();
        for (int i = 0; i < 4; i++) {
          for (Batch b : t.iterateDataset(ds)) {
            EasyTrain.trainBatch(t, b);
            t.step();
            b.close();
          }
          t.notifyListeners(l -> l.onEpoch(t));
          System.out.println(t.getTrainingResult().getTrainLoss());
        }
        System.out.println(t.evaluate(new NDList(x, y)).head().get(0).argMax(1));
      }
    }
  }
}
