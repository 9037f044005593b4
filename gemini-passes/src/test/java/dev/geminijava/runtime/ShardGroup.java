package dev.geminijava.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

public final class ShardGroup {

  public Block column(Block layer) {
    return layer;
  }

  public Block head(Block layer) {
    return layer;
  }

  public Block vocabulary(Block embedding) {
    return embedding;
  }

  public Block row(Block layer) {
    return layer;
  }

  public Block column(Block layer, int parts) {
    return layer;
  }

  public Block row(Block layer, int parts) {
    return layer;
  }

  public Block slice(Block layer) {
    return layer;
  }

  public Block own(Block layer) {
    return layer;
  }

  public NDArray own(NDArray slice) {
    return slice;
  }

  public long local(long size) {
    return size;
  }

  public int local(int size) {
    return size;
  }

  public Shape local(Shape shape, int axis) {
    return shape;
  }

  public long whole(long part) {
    return part;
  }

  public Shape whole(Shape shape, int axis) {
    return shape;
  }

  public NDArray local(NDArray whole, int axis) {
    return whole;
  }

  public NDList ofRank(NDList arrays, int axes) {
    return arrays;
  }

  public NDList pieces(NDList own, int axis) {
    return own;
  }

  public NDList allReduce(NDList partials) {
    return partials;
  }

  public NDArray allReduce(NDArray partial) {
    return partial;
  }

  public NDArray average(NDArray mean) {
    return mean;
  }

  public NDList gather(NDList slices) {
    return slices;
  }

  public NDArray gather(NDArray slice) {
    return slice;
  }
}
