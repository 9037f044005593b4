package dev.geminijava.passes.lint;

/** The names by which the checks know DJL. */
public final class Djl {

  public static final String ARRAY = "ai.djl.ndarray.NDArray";
  public static final String ARRAYS = "ai.djl.ndarray.NDArrays";
  public static final String LIST = "ai.djl.ndarray.NDList";
  public static final String MANAGER = "ai.djl.ndarray.NDManager";
  public static final String SHAPE = "ai.djl.ndarray.types.Shape";
  public static final String BLOCK = "ai.djl.nn.Block";
  public static final String LAMBDA_BLOCK = "ai.djl.nn.LambdaBlock";
  public static final String PARALLEL_BLOCK = "ai.djl.nn.ParallelBlock";
  public static final String SEQUENTIAL_BLOCK = "ai.djl.nn.SequentialBlock";
  public static final String PARAMETER = "ai.djl.nn.Parameter";
  public static final String PARAMETER_STORE = "ai.djl.training.ParameterStore";
  public static final String MODEL = "ai.djl.Model";
  public static final String DEVICE = "ai.djl.Device";
  public static final String COLLECTOR = "ai.djl.training.GradientCollector";

  private Djl() {}
}
