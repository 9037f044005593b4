import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.*;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.*;
import java.io.*;
import java.util.*;
import java.util.concurrent.*;

/**
 * Batches of any size, averaged weights, parameters through a stream, prediction from several
 * threads.
 */
public class OddBatches {
  static SequentialBlock net() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(12).build())
        .add(LayerNorm.builder().build())
        .add(Activation::gelu)
        .add(Linear.builder().setUnits(12).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(2).build());
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(71);
    DataType type = DataType.FLOAT32;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Model model = Model.newInstance("odd");
        NDManager m = NDManager.newBaseManager()) {
      model.setDataType(type);
      model.setBlock(net());
      Map<String, NDArray> ema = new TreeMap<>();
      try (Trainer t =
          model.newTrainer(
              new DefaultTrainingConfig(Loss.l1Loss())
                  .optOptimizer(
                      Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build()))) {
        t.initialize(new Shape(1, 5));
        for (int n : new int[] {7, 1, 2, 16, 5, 3}) {
          NDArray x = m.randomNormal(new Shape(n, 5)).toType(type, false),
              y = x.get(":, 0:2").abs();
          try (GradientCollector g = t.newGradientCollector()) {
            NDList data = new NDList(x), labels = new NDList(y);
            NDList preds = t.forward(data, labels);
            NDArray l = t.getLoss().evaluate(labels, preds);
            g.backward(l);
            System.out.println(n + " " + l.toType(DataType.FLOAT64, false).getDouble());
          }
          t.step();
          for (var p : model.getBlock().getParameters()) {
            NDArray a = p.getValue().getArray();
            NDArray old = ema.get(p.getKey());
            NDArray now = old == null ? a.duplicate() : old.mul(0.9f).add(a.mul(0.1f));
            now.detach();
            ema.put(p.getKey(), now.stopGradient());
          }
        }
      }
      ema.forEach(
          (k, v) ->
              System.out.println(k + " " + v.toType(DataType.FLOAT64, false).sum().getDouble()));
      try (DataOutputStream os = new DataOutputStream(bytes)) {
        model.getBlock().saveParameters(os);
      }
      try (Model other = Model.newInstance("copy")) {
        other.setBlock(net());
        other.setDataType(type);
        other.getBlock().initialize(m, type, new Shape(1, 5));
        try (DataInputStream is =
            new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
          other.getBlock().loadParameters(m, is);
        }
        Translator<float[], float[]> tr =
            new Translator<>() {
              public NDList processInput(TranslatorContext c, float[] f) {
                return new NDList(c.getNDManager().create(f).toType(type, false));
              }

              public float[] processOutput(TranslatorContext c, NDList l) {
                return l.head().toType(DataType.FLOAT32, false).toFloatArray();
              }

              public Batchifier getBatchifier() {
                return Batchifier.STACK;
              }
            };
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try (Predictor<float[], float[]> p = other.newPredictor(tr)) {
          List<Future<float[]>> fs = new ArrayList<>();
          for (int i = 0; i < 9; i++) {
            float v = i;
            fs.add(pool.submit(() -> p.predict(new float[] {v, 1, -v, 0.5f, 2})));
          }
          for (Future<float[]> f : fs) System.out.println(Arrays.toString(f.get()));
        }
        pool.shutdown();
      }
    }
  }
}
