package dev.geminijava.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

public final class Shards {

  private Shards() {}

  public static ShardGroup group(long... sizes) {
    return new ShardGroup();
  }

  public static long features(Block layer) {
    return 1;
  }

  public static Block inner(Block layer) {
    return layer;
  }

  public static List<Block> chain(List<Block> blocks) {
    return blocks;
  }

  public static PtNDArray drawn(
      NDManager manager, Shape shape, DataType type, double typical, Supplier<PtNDArray> draw) {
    return draw.get();
  }

  public static PtNDArray each(
      PtNDArray array, UnaryOperator<PtNDArray> operation, Supplier<PtNDArray> whole) {
    return whole.get();
  }

  public static PtNDArray each(
      PtNDArray first,
      PtNDArray second,
      BinaryOperator<PtNDArray> operation,
      Supplier<PtNDArray> whole) {
    return whole.get();
  }

  public static PtNDArray along(
      PtNDArray array,
      long[] axes,
      boolean keeps,
      UnaryOperator<PtNDArray> operation,
      Supplier<PtNDArray> whole) {
    return whole.get();
  }

  public static PtNDArray layerNorm(
      PtNDArray array, Shape over, UnaryOperator<PtNDArray> norm, Supplier<PtNDArray> whole) {
    return whole.get();
  }

  public static PtNDArray product(
      PtNDArray left,
      PtNDArray right,
      BinaryOperator<PtNDArray> operation,
      Supplier<PtNDArray> product) {
    return product.get();
  }

  public static PtNDArray dropout(
      PtNDArray array, double rate, boolean training, Supplier<PtNDArray> draw) {
    return draw.get();
  }

  public static NDList recurrent(NDList results, double rate, boolean training) {
    return results;
  }

  public static int groups(int groups) {
    return groups;
  }

  public static NDArray whole(Parameter parameter, NDArray array) {
    return array;
  }
}
