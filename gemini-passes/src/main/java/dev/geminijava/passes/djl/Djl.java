package dev.geminijava.passes.djl;

/**
 * The names by which the compiler knows DJL's types. What is DJL's stands in this package and its
 * {@code rules}; for another framework there would be another such package.
 */
public final class Djl {

  /** What the names of all its types begin with. */
  public static final String PACKAGE = "ai.djl.";

  public static final String DEVICE = "ai.djl.Device";
  public static final String MODEL = "ai.djl.Model";
  public static final String MOBILE_NET_V2 = "ai.djl.basicmodelzoo.cv.classification.MobileNetV2";
  public static final String RES_NET_V1 = "ai.djl.basicmodelzoo.cv.classification.ResNetV1";
  public static final String TAB_NET = "ai.djl.basicmodelzoo.tabular.TabNet";
  public static final String NDARRAY = "ai.djl.ndarray.NDArray";
  public static final String NDARRAYS = "ai.djl.ndarray.NDArrays";
  public static final String NDLIST = "ai.djl.ndarray.NDList";
  public static final String NDMANAGER = "ai.djl.ndarray.NDManager";
  public static final String NDINDEX = "ai.djl.ndarray.index.NDIndex";
  public static final String NDARRAY_EX = "ai.djl.ndarray.internal.NDArrayEx";
  public static final String DATA_TYPE = "ai.djl.ndarray.types.DataType";
  public static final String SHAPE = "ai.djl.ndarray.types.Shape";
  public static final String ACTIVATION = "ai.djl.nn.Activation";
  public static final String BLOCK = "ai.djl.nn.Block";
  public static final String BLOCK_LIST = "ai.djl.nn.BlockList";
  public static final String LAMBDA_BLOCK = "ai.djl.nn.LambdaBlock";
  public static final String PARALLEL_BLOCK = "ai.djl.nn.ParallelBlock";
  public static final String PARAMETER = "ai.djl.nn.Parameter";
  public static final String PARAMETER_LIST = "ai.djl.nn.ParameterList";
  public static final String SEQUENTIAL_BLOCK = "ai.djl.nn.SequentialBlock";
  public static final String SYMBOL_BLOCK = "ai.djl.nn.SymbolBlock";
  public static final String DECONVOLUTION = "ai.djl.nn.convolutional.Deconvolution";
  public static final String ABSTRACT_EMBEDDING = "ai.djl.nn.core.AbstractEmbedding";
  public static final String BATCH_NORM = "ai.djl.nn.norm.BatchNorm";
  public static final String GHOST_BATCH_NORM = "ai.djl.nn.norm.GhostBatchNorm";
  public static final String GRU = "ai.djl.nn.recurrent.GRU";
  public static final String LSTM = "ai.djl.nn.recurrent.LSTM";
  public static final String RNN = "ai.djl.nn.recurrent.RNN";
  public static final String BERT_BLOCK = "ai.djl.nn.transformer.BertBlock";
  public static final String TRANSFORMER_ENCODER_BLOCK =
      "ai.djl.nn.transformer.TransformerEncoderBlock";
  public static final String PT_NDARRAY = "ai.djl.pytorch.engine.PtNDArray";
  public static final String DEFAULT_TRAINING_CONFIG = "ai.djl.training.DefaultTrainingConfig";
  public static final String EASY_TRAIN = "ai.djl.training.EasyTrain";
  public static final String GRADIENT_COLLECTOR = "ai.djl.training.GradientCollector";
  public static final String PARAMETER_STORE = "ai.djl.training.ParameterStore";
  public static final String TRAINER = "ai.djl.training.Trainer";
  public static final String NATIVE_RESOURCE = "ai.djl.util.NativeResource";
  public static final String PAIR = "ai.djl.util.Pair";
  public static final String PAIR_LIST = "ai.djl.util.PairList";
  public static final String RANDOM_UTILS = "ai.djl.util.RandomUtils";

  private Djl() {}
}
