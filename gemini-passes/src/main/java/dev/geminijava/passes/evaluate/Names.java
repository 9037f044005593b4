package dev.geminijava.passes.evaluate;

/** The names by which evaluation knows DJL. */
final class Names {

  static final String BLOCK = "ai.djl.nn.Block";
  static final String NDARRAY = "ai.djl.ndarray.NDArray";
  static final String NDARRAY_EX = "ai.djl.ndarray.internal.NDArrayEx";
  static final String NDARRAYS = "ai.djl.ndarray.NDArrays";
  static final String NDLIST = "ai.djl.ndarray.NDList";
  static final String NDMANAGER = "ai.djl.ndarray.NDManager";
  static final String NDINDEX = "ai.djl.ndarray.index.NDIndex";
  static final String SHAPE = "ai.djl.ndarray.types.Shape";
  static final String DATA_TYPE = "ai.djl.ndarray.types.DataType";
  static final String PARAMETER = "ai.djl.nn.Parameter";
  static final String PARAMETER_STORE = "ai.djl.training.ParameterStore";
  static final String PAIR_LIST = "ai.djl.util.PairList";
  static final String MODEL = "ai.djl.Model";
  static final String TRAINER = "ai.djl.training.Trainer";

  private Names() {}
}
