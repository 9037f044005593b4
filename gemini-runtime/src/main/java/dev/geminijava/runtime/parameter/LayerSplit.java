package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.util.Pair;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Share;
import dev.geminijava.runtime.exec.Split;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ways to split a layer's parameters, as a table of the axes that carry its features.
 *
 * <pre>
 *   layer       parameter       computes                 COLUMN      ROW             SLICE
 *   Linear      weight (o, i)   (…, i) -> (…, o)         axis o      axis i          -
 *               bias (o)                                 axis o      rank 0 adds it
 *   Convolution weight (o, i, …) (b, i, …) -> (b, o, …)  axis o      axis i          -
 *               bias (o)                                 axis o      rank 0 adds it
 *     in groups weight (o, i/g, …)                       -           -               axis o
 *               bias (o)                                                             axis o
 *   BatchNorm   all (c)         (b, c, …) -> (b, c, …)   -           -               axis c
 *   Embedding   table (v, d)    (…) -> (…, d)            axis d      -               -
 *                                                        VOCABULARY: axis v
 * </pre>
 */
public enum LayerSplit {
  /** Each rank computes its slice of the output features. */
  COLUMN,
  /** Each rank consumes its slice of the input features. */
  ROW,
  /** Each rank treats its slice of features that have nothing to do with each other. */
  SLICE,
  /** Each rank looks up its slice of a table's rows. */
  VOCABULARY,
  /** Nothing is split. */
  NONE;

  /** How many times its inputs a layer's outputs are, or a table's rows its columns, to be many. */
  public static final int WIDE = 2;

  /** The layer itself, or the only linear layer inside a block that is around one. */
  public static Block inside(Block block) {
    if (block.getChildren().isEmpty()) {
      return block;
    }
    List<Block> linear = new ArrayList<>();
    addLinear(block, linear);
    return linear.size() == 1 ? linear.get(0) : block;
  }

  private static void addLinear(Block block, List<Block> linear) {
    if (block instanceof Linear) {
      linear.add(block);
    }
    block.getChildren().values().forEach(child -> addLinear(child, linear));
  }

  /** Tells whether there is a line for a layer in the table. */
  public boolean covers(Block layer) {
    boolean dense = layer instanceof Convolution convolution && convolution.getGroups() == 1;
    return switch (this) {
      case COLUMN ->
          layer instanceof Linear
              || layer instanceof Embedding
              || layer instanceof IdEmbedding
              || dense;
      case ROW -> layer instanceof Linear || dense;
      case SLICE -> layer instanceof BatchNorm || layer instanceof Convolution && !dense;
      case VOCABULARY -> layer instanceof Embedding || layer instanceof IdEmbedding;
      case NONE -> true;
    };
  }

  /** Whether the running layer's parameters are split in this way. */
  boolean holds(Block layer) {
    return Lane.current().split(layer.getDirectParameters().get(0).getValue())
            instanceof Split.Along along
        && along.axis() == axis(layer);
  }

  /** How many features a layer has on the axis that is split; 0 if it cannot be. */
  public long features(Block layer) {
    if (!covers(layer) || this == NONE) {
      return 0;
    }
    // A layer's first parameter is its weight, or its table.
    Pair<String, Parameter> first = layer.getDirectParameters().get(0);
    Shape shape = first.getValue().getShape();
    return shape == null ? 0 : shape.get(axis(layer));
  }

  /**
   * How each of a layer's own parameters is split.
   *
   * @param parts of how many equal parts its features consist, each of which is shared out
   */
  public Map<Parameter, Split> of(Block layer, int parts, Share share) {
    Map<Parameter, Split> splits = new IdentityHashMap<>();
    if (this != NONE) {
      for (Pair<String, Parameter> pair : layer.getDirectParameters()) {
        splits.put(pair.getValue(), split(layer, pair.getKey(), parts, share));
      }
    }
    return splits;
  }

  private Split split(Block layer, String parameter, int parts, Share share) {
    boolean added = this == ROW && parameter.equals("bias");
    return added ? new Split.OnFirst() : new Split.Along(axis(layer), parts, share);
  }

  private int axis(Block layer) {
    boolean table = layer instanceof Embedding || layer instanceof IdEmbedding;
    return table && this != VOCABULARY || this == ROW ? 1 : 0;
  }
}
