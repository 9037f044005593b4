package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.util.Pair;
import dev.geminijava.runtime.exec.Split;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The two ways to split a layer's parameters, as a table of the axes that carry its features.
 *
 * <pre>
 *   layer       parameter       computes                 COLUMN      ROW
 *   Linear      weight (o, i)   (…, i) -> (…, o)         axis o      axis i
 *               bias (o)                                 axis o      rank 0 adds it
 *   Embedding   table (v, d)    (…) -> (…, d)            axis d      -
 * </pre>
 */
public enum LayerSplit {
  /** Each rank computes its slice of the output features. */
  COLUMN,
  /** Each rank consumes its slice of the input features. */
  ROW,
  /** Nothing is split. */
  NONE;

  /** Tells whether there is a line for a layer in the table. */
  public boolean covers(Block layer) {
    return this == NONE
        || layer instanceof Linear
        || this == COLUMN && (layer instanceof Embedding || layer instanceof IdEmbedding);
  }

  /** Tells whether a layer can be split over so many ranks. */
  public boolean divides(Block layer, int ranks) {
    if (!covers(layer)) {
      return false;
    }
    for (Pair<String, Parameter> pair : layer.getDirectParameters()) {
      Shape shape = pair.getValue().getShape();
      if (shape == null) {
        return false;
      }
      if (split(layer, pair.getKey()) instanceof Split.Along along
          && shape.get(along.axis()) % ranks != 0) {
        return false;
      }
    }
    return true;
  }

  /** How each of a layer's own parameters is split. */
  public Map<Parameter, Split> of(Block layer) {
    Map<Parameter, Split> splits = new IdentityHashMap<>();
    if (this != NONE) {
      for (Pair<String, Parameter> pair : layer.getDirectParameters()) {
        splits.put(pair.getValue(), split(layer, pair.getKey()));
      }
    }
    return splits;
  }

  private Split split(Block layer, String parameter) {
    if (layer instanceof Linear) {
      if (this == COLUMN) {
        return new Split.Along(0);
      }
      return parameter.equals("bias") ? new Split.OnFirst() : new Split.Along(1);
    }
    return new Split.Along(1);
  }
}
