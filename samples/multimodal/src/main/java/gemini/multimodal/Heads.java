package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * The scores of the next token: of text and, where images are made, of images.
 *
 * <p>{@code (batch, length, dim)} to {@code (batch, length, textVocabulary)} and, if there are
 * image codes, {@code (batch, length, imageCodes)}.
 */
final class Heads extends AbstractBlock {

  private final int textVocabulary;
  private final int imageCodes;
  private final Linear text;
  private final Linear image;

  Heads(int textVocabulary, int imageCodes) {
    this.textVocabulary = textVocabulary;
    this.imageCodes = imageCodes;
    text = addChildBlock("text", Linear.builder().setUnits(textVocabulary).optBias(false).build());
    image =
        imageCodes > 0
            ? addChildBlock("image", Linear.builder().setUnits(imageCodes).optBias(false).build())
            : null;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray words = text.forward(store, inputs, training).head();
    if (image == null) {
      return new NDList(words);
    }
    return new NDList(words, image.forward(store, inputs, training).head());
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    text.initialize(manager, dataType, inputShapes);
    if (image != null) {
      image.initialize(manager, dataType, inputShapes);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape x = inputShapes[0];
    Shape words = new Shape(x.get(0), x.get(1), textVocabulary);
    return image == null
        ? new Shape[] {words}
        : new Shape[] {words, new Shape(x.get(0), x.get(1), imageCodes)};
  }
}
