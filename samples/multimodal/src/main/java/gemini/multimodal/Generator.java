package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * Goes on where a prompt ends, token by token. The prompt is read at once; after that, with the
 * cache, each step computes one token and takes the keys and values of the others from it.
 *
 * <p>Between the marks of an image the tokens come from the image head, a fixed number of them.
 */
public final class Generator {

  private final MultimodalTransformer model;
  private final MultimodalSentencePieceTokenizer tokenizer;
  private final int imageTokens;
  private final boolean cached;

  /**
   * Makes a generator.
   *
   * @param imageTokens how many codes make an image
   * @param cached whether to keep keys and values; without, each step computes all tokens again
   */
  public Generator(
      MultimodalTransformer model,
      MultimodalSentencePieceTokenizer tokenizer,
      int imageTokens,
      boolean cached) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.imageTokens = imageTokens;
    this.cached = cached;
  }

  /**
   * Generates up to the end mark.
   *
   * @param manager owns what is computed, which is closed when this returns
   * @param prompt ids of at least one token
   * @param given the images, sounds and clips of the prompt's slots, with a batch of one
   * @param limit how many tokens to generate at most
   * @param seed of the draws
   * @param stream gets each token as soon as it is there
   * @return the tokens, with the end mark if it came
   */
  public long[] generate(
      NDManager manager,
      long[] prompt,
      NDList given,
      int limit,
      Sampling sampling,
      long seed,
      LongConsumer stream) {
    List<Long> ids = new ArrayList<>();
    for (long id : prompt) {
      ids.add(id);
    }
    Random random = new Random(seed);
    try (NDManager all = manager.newSubManager()) {
      NDList past = cached ? model.emptyCache(all, 1) : new NDList();
      int known = 0;
      while (ids.size() < prompt.length + limit && !isEnded(ids, prompt.length)) {
        try (NDManager step = all.newSubManager()) {
          past.attach(step);
          NDList inputs = new NDList(tokens(step, ids.subList(known, ids.size())));
          inputs.addAll(known == 0 ? given : new NDList());
          inputs.addAll(past);
          NDList outputs = model.forward(new ParameterStore(step, false), inputs, false);
          long next = next(ids, outputs, sampling, random);
          ids.add(next);
          stream.accept(next);
          if (cached) {
            known = ids.size() - 1;
            past = outputs.subNDList(outputs.size() - past.size());
            past.attach(all);
          }
        }
      }
    }
    return ids.stream().skip(prompt.length).mapToLong(Long::longValue).toArray();
  }

  private boolean isEnded(List<Long> ids, int prompt) {
    return ids.size() > prompt && ids.get(ids.size() - 1) == tokenizer.end();
  }

  private static NDArray tokens(NDManager manager, List<Long> ids) {
    return manager.create(ids.stream().mapToLong(Long::longValue).toArray()).expandDims(0);
  }

  private long next(List<Long> ids, NDList outputs, Sampling sampling, Random random) {
    int made = codesAtEnd(ids);
    if (made == imageTokens) {
      return tokenizer.end(Modality.IMAGE);
    }
    NDArray scores = outputs.get(made < 0 ? 0 : 1);
    float[] last = scores.get(0, scores.getShape().get(1) - 1).toFloatArray();
    long drawn = sampling.next(last, random);
    return made < 0 ? drawn : drawn + model.textVocabulary();
  }

  /** How many codes of an image that is being made are there; -1 if none is. */
  private int codesAtEnd(List<Long> ids) {
    int at = ids.size() - 1;
    while (at >= 0 && ids.get(at) >= model.textVocabulary()) {
      at--;
    }
    boolean begun = at >= 0 && ids.get(at) == tokenizer.begin(Modality.IMAGE);
    return begun && model.imageCodes() > 0 ? ids.size() - 1 - at : -1;
  }
}
