import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.nn.norm.*;
import ai.djl.training.*;
import ai.djl.training.dataset.*;
import ai.djl.training.evaluator.*;
import ai.djl.training.listener.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.*;
import ai.djl.translate.NoopTranslator;
import java.nio.file.*;
import java.util.*;

/** Train and save by listener, load, freeze, give it a new head, train that, predict. */
public class TransferLearning {
  static SequentialBlock backbone() {
    SequentialBlock b = new SequentialBlock();
    for (int i = 0; i < 3; i++)
      b.add(Linear.builder().setUnits(14).build())
          .add(BatchNorm.builder().build())
          .add(Activation::relu);
    return b;
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(41);
    Path dir = Files.createTempDirectory("transfer");
    NDManager m = NDManager.newBaseManager();
    NDArray x = m.randomNormal(new Shape(40, 6));
    NDArray a = x.sum(new int[] {1}).gt(0).toType(DataType.INT64, false), b = x.argMax(1).mod(3);
    try (Model model = Model.newInstance("base")) {
      model.setBlock(backbone().add(Linear.builder().setUnits(2).build()));
      SaveModelTrainingListener save = new SaveModelTrainingListener(dir.toString());
      save.setSaveModelCallback(
          t -> {
            TrainingResult r = t.getTrainingResult();
            t.getModel()
                .setProperty(
                    "Accuracy", String.format("%.3f", r.getValidateEvaluation("Accuracy")));
          });
      DefaultTrainingConfig c =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addEvaluator(new Accuracy())
              .addEvaluator(new TopKAccuracy(2))
              .addTrainingListeners(save)
              .addTrainingListeners(TrainingListener.Defaults.basic())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.2f)).build());
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(10, 6));
        RandomAccessDataset[] sets =
            new ArrayDataset.Builder()
                .setData(x)
                .optLabels(a)
                .setSampling(10, true)
                .build()
                .randomSplit(7, 3);
        EasyTrain.fit(t, 3, sets[0], sets[1]);
        System.out.println(
            t.getTrainingResult().getTrainLoss()
                + " "
                + t.getTrainingResult().getValidateLoss()
                + " "
                + t.getTrainingResult().getEvaluations());
      }
    }
    try (Model model = Model.newInstance("base")) {
      SequentialBlock whole = backbone().add(Linear.builder().setUnits(2).build());
      model.setBlock(whole);
      model.load(dir, "base");
      System.out.println(model.getProperty("Accuracy") + " " + model.getProperty("Epoch"));
      SequentialBlock net = (SequentialBlock) model.getBlock();
      net.removeLastBlock();
      net.add(Linear.builder().setUnits(8).build())
          .add(Activation::relu)
          .add(Linear.builder().setUnits(3).build());
      net.freezeParameters(true);
      DefaultTrainingConfig c =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addTrainingListeners(TrainingListener.Defaults.basic())
              .optOptimizer(
                  Optimizer.adam()
                      .optLearningRateTracker(
                          FixedPerVarTracker.builder().setDefaultValue(0.02f).build())
                      .build());
      for (var child : net.getChildren().values().subList(9, 12)) child.freezeParameters(false);
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(10, 6));
        for (var child : net.getChildren().values().subList(0, 9)) child.freezeParameters(true);
        ArrayDataset ds =
            new ArrayDataset.Builder().setData(x).optLabels(b).setSampling(8, false).build();
        for (int e = 0; e < 3; e++) {
          EasyTrain.fit(t, 1, ds, null);
          System.out.println("tuned " + t.getTrainingResult().getTrainLoss());
        }
      }
      for (var p : net.getParameters())
        System.out.println(
            p.getKey()
                + " "
                + p.getValue().requiresGradient()
                + " "
                + p.getValue().getArray().sum().getFloat());
      try (Predictor<NDList, NDList> p = model.newPredictor(new NoopTranslator())) {
        System.out.println(
            Arrays.toString(p.predict(new NDList(x.get("0:2"))).head().toFloatArray()));
      }
      model.save(dir, "tuned");
    }
    System.out.println(Files.list(dir).map(f -> f.getFileName().toString()).sorted().toList());
    m.close();
  }
}
