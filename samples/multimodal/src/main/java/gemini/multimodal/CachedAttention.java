package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;

/** Attention of tokens that follow others, of which only keys and values were kept. */
final class CachedAttention {

  private CachedAttention() {}

  /**
   * Goes on where the cache ends.
   *
   * @param inputs the new tokens; keys and values of those before, as they were before rotation
   * @return what the new tokens attended to; keys and values of all that the next token can see
   */
  static NDList goOn(Attention attention, ParameterStore store, NDList inputs, boolean training) {
    NDList tokens = new NDList(inputs.head());
    NDArray q = attention.query.forward(store, tokens, training).head();
    NDArray k = attention.key.forward(store, tokens, training).head();
    NDArray v = attention.value.forward(store, tokens, training).head();
    q = attention.byHead(q, attention.heads);
    k = attention.byHead(k, attention.kvHeads);
    v = attention.byHead(v, attention.kvHeads);
    if (attention.qkNorm) {
      NDArray queryScale = store.getValue(attention.queryScale, q.getDevice(), training);
      NDArray keyScale = store.getValue(attention.keyScale, k.getDevice(), training);
      q = Attention.unit(q).mul(queryScale);
      k = Attention.unit(k).mul(keyScale);
    }
    k = inputs.get(1).concat(k, 2);
    v = inputs.get(2).concat(v, 2);
    int first = Math.toIntExact(k.getShape().get(2) - q.getShape().get(2));
    NDArray mixed =
        Attention.attend(
            attention.placed(q, first, false),
            attention.shared(attention.placed(k, 0, true)),
            attention.shared(v),
            attention.bias(q, k));
    mixed = mixed.transpose(0, 2, 1, 3).flatten(2, 3);
    NDArray y = attention.result.forward(store, new NDList(mixed), training).head();
    return new NDList(y, recent(k, attention.window), recent(v, attention.window));
  }

  /** The last of them that the next token can see. */
  private static NDArray recent(NDArray all, int window) {
    long count = all.getShape().get(2);
    return window > 0 && count >= window ? all.get(":, :, {}:", count - window + 1) : all;
  }
}
