package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Embeddings are split by width and put together at once. */
class EmbeddingTest {

  private static final String LAYERS =
      """
      private final IdEmbedding tokens, places;
      private final int width;

      Net(int vocabulary, int width) {
        this.width = width;
        tokens = new IdEmbedding.Builder().setDictionarySize(vocabulary).setEmbeddingSize(width).build();
        places = new IdEmbedding.Builder().setDictionarySize(512).setEmbeddingSize(width).build();
      }
      """;

  @Test
  void columnAndGatherWithOneGroup() {
    Sharded.becomes(
            LAYERS,
            """
            NDArray a = tokens.forward(ps, new NDList(in.get(0)), training).singletonOrThrow();
            NDArray b = places.forward(ps, new NDList(in.get(1)), training).singletonOrThrow();
            return new NDList(a.add(b));
            """,
            LAYERS,
            """
            ShardGroup shards = Shards.group(width); NDArray a = shards.gather(shards.column(tokens).forward(ps, new NDList(in.get(0)), training)).singletonOrThrow();
            NDArray b = shards.gather(shards.column(places).forward(ps, new NDList(in.get(1)), training)).singletonOrThrow();
            return new NDList(a.add(b));
            """)
        .notes();
  }

  @Test
  void aTableThatScoresWordsTooIsSplitByItsRows() {
    Sharded.becomes(
            LAYERS,
            """
            NDArray a = tokens.forward(ps, new NDList(in.get(0)), training).singletonOrThrow();
            NDArray words = tokens.getValue(ps, a.getDevice(), training);
            return new NDList(a.matMul(words.transpose()));
            """,
            LAYERS,
            """
            ShardGroup shards = Shards.group(); NDArray a = shards.allReduce(shards.vocabulary(tokens).forward(ps, new NDList(in.get(0)), training)).singletonOrThrow();
            NDArray words = tokens.getValue(ps, a.getDevice(), training);
            return new NDList(a.matMul(words.transpose()));
            """)
        .notes();
  }
}
