package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/**
 * A layer whose result leaves the model, or goes into a softmax, may be a head over a vocabulary.
 */
class HeadTest {

  private static final String LAYERS =
      """
      private final Linear head;

      Net(int vocabulary) {
        head = addChildBlock("head", Linear.builder().setUnits(vocabulary).build());
      }
      """;

  @Test
  void itsResultIsSeenAsOneAndPutTogetherLater() {
    Sharded.becomes(
            LAYERS,
            "return head.forward(ps, in, training);",
            LAYERS,
            "ShardGroup shards = Shards.group();"
                + " return shards.gather(shards.head(head).forward(ps, in, training));")
        .notes();
  }

  @Test
  void aLossInTheForwardBodyStaysAsItIs() {
    Sharded.becomes(
            LAYERS,
            """
            NDArray words = head.forward(ps, in, training).head().logSoftmax(-1);
            return new NDList(words.get(new ai.djl.ndarray.index.NDIndex().addAllDim(2).addPickDim(in.get(1))).neg().mean());
            """,
            LAYERS,
            """
            ShardGroup shards = Shards.group(); NDArray words = shards.gather(shards.head(head).forward(ps, in, training)).head().logSoftmax(-1);
            return new NDList(words.get(new ai.djl.ndarray.index.NDIndex().addAllDim(2).addPickDim(in.get(1))).neg().mean());
            """)
        .notes();
  }

  @Test
  void fewClassesAreNoVocabulary() {
    String ten = LAYERS.replace("setUnits(vocabulary)", "setUnits(10)");
    Sharded.stays(ten, "return head.forward(ps, in, training);")
        .notes("whole-layer", "head.forward(ps, in, training)");
  }

  @Test
  void twoHeadsOfOneModelAreSplitEachForItself() {
    String heads =
        """
        private final Linear text, image;

        Net(int words, int codes) {
          text = addChildBlock("text", Linear.builder().setUnits(words).build());
          image = addChildBlock("image", Linear.builder().setUnits(codes).build());
        }
        """;
    Sharded.becomes(
            heads,
            """
            NDArray t = text.forward(ps, in, training).head();
            NDArray i = image.forward(ps, in, training).head();
            return new NDList(t, i);
            """,
            heads,
            """
            ShardGroup shards = Shards.group(); NDArray t = shards.gather(shards.head(text).forward(ps, in, training)).head();
            ShardGroup shards2 = Shards.group(); NDArray i = shards2.gather(shards2.head(image).forward(ps, in, training)).head();
            return new NDList(t, i);
            """)
        .notes();
  }
}
