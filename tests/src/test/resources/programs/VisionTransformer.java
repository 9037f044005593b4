package vision;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.evaluator.TopKAccuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;

/** Patches become tokens, a class token collects what they say. */
public final class VisionTransformer extends AbstractBlock {

  private final int width;
  private final int patches;
  private final Block patchEmbedding;
  private final Parameter classToken;
  private final Parameter positions;
  private final SequentialBlock encoder = new SequentialBlock();
  private final LayerNorm norm;
  private final Linear head;

  private VisionTransformer(Builder builder) {
    width = builder.width;
    int perSide = builder.image / builder.patch;
    patches = perSide * perSide;
    patchEmbedding =
        addChildBlock(
            "patches",
            Conv2d.builder()
                .setKernelShape(new Shape(builder.patch, builder.patch))
                .optStride(new Shape(builder.patch, builder.patch))
                .setFilters(width)
                .build());
    classToken =
        addParameter(
            Parameter.builder()
                .setName("class_token")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(1, 1, width))
                .build());
    positions =
        addParameter(
            Parameter.builder()
                .setName("positions")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(1, patches + 1, width))
                .build());
    for (int i = 0; i < builder.depth; ++i) {
      encoder.add(new EncoderLayer(width, builder.heads, builder.ratio));
    }
    addChildBlock("encoder", encoder);
    norm = addChildBlock("norm", LayerNorm.builder().axis(2).build());
    head = addChildBlock("head", Linear.builder().setUnits(builder.classes).build());
  }

  static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray image = inputs.singletonOrThrow();
    long n = image.getShape().get(0);
    NDArray grid = patchEmbedding.forward(parameterStore, inputs, training).singletonOrThrow();
    NDArray tokens = grid.reshape(n, width, -1).transpose(0, 2, 1);
    NDArray cls = parameterStore.getValue(classToken, image.getDevice(), training);
    tokens = cls.broadcast(n, 1, width).concat(tokens, 1);
    tokens = tokens.add(parameterStore.getValue(positions, image.getDevice(), training));
    NDList encoded = encoder.forward(parameterStore, new NDList(tokens), training);
    NDArray summary =
        norm.forward(parameterStore, encoded, training).singletonOrThrow().get(":, 0");
    return head.forward(parameterStore, new NDList(summary), training);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... shapes) {
    patchEmbedding.initialize(manager, dataType, shapes);
    Shape tokens = new Shape(shapes[0].get(0), patches + 1, width);
    encoder.initialize(manager, dataType, tokens);
    norm.initialize(manager, dataType, tokens);
    head.initialize(manager, dataType, new Shape(shapes[0].get(0), width));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return head.getOutputShapes(new Shape[] {new Shape(shapes[0].get(0), width)});
  }

  static final class Builder {
    private int image = 8;
    private int patch = 4;
    private int width = 16;
    private int heads = 4;
    private int depth = 3;
    private int ratio = 2;
    private int classes = 5;

    Builder optImage(int size, int patch) {
      this.image = size;
      this.patch = patch;
      return this;
    }

    Builder optDepth(int depth) {
      this.depth = depth;
      return this;
    }

    VisionTransformer build() {
      return new VisionTransformer(this);
    }
  }

  private static final class EncoderLayer extends AbstractBlock {
    private final LayerNorm norm1 = addChildBlock("norm1", LayerNorm.builder().axis(2).build());
    private final LayerNorm norm2 = addChildBlock("norm2", LayerNorm.builder().axis(2).build());
    private final SelfAttention attention;
    private final SequentialBlock mlp;

    EncoderLayer(int width, int heads, int ratio) {
      attention = addChildBlock("attention", new SelfAttention(width, heads));
      mlp =
          addChildBlock(
              "mlp",
              new SequentialBlock()
                  .add(Linear.builder().setUnits((long) width * ratio).build())
                  .add(Activation::gelu)
                  .add(Linear.builder().setUnits(width).build()));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.singletonOrThrow();
      NDList normed = norm1.forward(ps, inputs, training);
      x = x.add(attention.forward(ps, normed, training).singletonOrThrow());
      normed = norm2.forward(ps, new NDList(x), training);
      x = x.add(mlp.forward(ps, normed, training).singletonOrThrow());
      return new NDList(x);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... shapes) {
      for (Block child : getChildren().values()) {
        child.initialize(manager, dataType, shapes);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  private static final class SelfAttention extends AbstractBlock {
    private final int heads;
    private final int headWidth;
    private final Linear qkv;
    private final Linear projection;

    SelfAttention(int width, int heads) {
      this.heads = heads;
      this.headWidth = width / heads;
      this.qkv = addChildBlock("qkv", Linear.builder().setUnits(3L * width).build());
      this.projection = addChildBlock("projection", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      Shape shape = inputs.head().getShape();
      NDArray all =
          qkv.forward(ps, inputs, training)
              .head()
              .reshape(shape.get(0), shape.get(1), 3, heads, headWidth)
              .transpose(2, 0, 3, 1, 4);
      NDArray query = all.get(0).mul(1 / Math.sqrt(headWidth));
      NDArray key = all.get(1);
      NDArray value = all.get(2);
      NDArray weights = query.matMul(key.swapAxes(2, 3)).softmax(-1);
      NDArray result = weights.matMul(value).swapAxes(1, 2).reshape(shape);
      return projection.forward(ps, new NDList(result), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... shapes) {
      qkv.initialize(manager, dataType, shapes);
      projection.initialize(manager, dataType, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(3);
    try (Model model = Model.newInstance("vit");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(VisionTransformer.builder().optImage(8, 4).optDepth(3).build());
      ArrayDataset dataset =
          new ArrayDataset.Builder()
              .setData(manager.randomNormal(new Shape(24, 3, 8, 8)))
              .optLabels(manager.randomInteger(0, 5, new Shape(24), DataType.INT64))
              .setSampling(8, false)
              .build();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(
                  Optimizer.adamW()
                      .optLearningRateTracker(Tracker.fixed(2e-3f))
                      .optWeightDecays(0.05f)
                      .build())
              .addEvaluator(new Accuracy())
              .addEvaluator(new TopKAccuracy(2))
              .addTrainingListeners(TrainingListener.Defaults.basic());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(8, 3, 8, 8));
        for (int epoch = 0; epoch < 2; epoch++) {
          for (Batch batch : trainer.iterateDataset(dataset)) {
            EasyTrain.trainBatch(trainer, batch);
            trainer.step();
            batch.close();
          }
          trainer.notifyListeners(listener -> listener.onEpoch(trainer));
          System.out.printf(
              "epoch %d: loss %.5f accuracy %.3f%n",
              epoch,
              trainer.getTrainingResult().getTrainLoss(),
              trainer.getTrainingResult().getTrainEvaluation("Accuracy"));
        }
      }
    }
  }
}
