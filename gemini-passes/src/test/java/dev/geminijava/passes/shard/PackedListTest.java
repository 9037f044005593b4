package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Lists that are filled with split arrays one after the other. */
class PackedListTest {

  private static final String LAYERS =
      """
      private final Linear q = Linear.builder().setUnits(16).build();
      private final Linear k = Linear.builder().setUnits(16).build();
      private final Linear o = Linear.builder().setUnits(8).build();
      """;

  @Test
  void arraysAreFoundAgainWhereTheyWerePut() {
    Sharded.becomes(
        LAYERS,
        """
        NDList both = new NDList(2);
        both.addAll(q.forward(ps, in, training));
        both.add(k.forward(ps, in, training).head());
        return o.forward(ps, new NDList(both.get(0).mul(both.get(1))), training);
        """,
        LAYERS,
        """
        NDList both = new NDList(2);
        ShardGroup shards = Shards.group(16); both.addAll(shards.column(q).forward(ps, in, training));
        both.add(shards.column(k).forward(ps, in, training).head());
        return shards.allReduce(shards.row(o).forward(ps, new NDList(both.get(0).mul(both.get(1))), training));
        """);
  }

  @Test
  void aListWithTwoNamesMayChangeUnderEither() {
    Sharded.stays(
            LAYERS,
            """
            NDList both = new NDList(2);
            NDList same = both;
            same.addAll(q.forward(ps, in, training));
            return o.forward(ps, new NDList(both.get(0)), training);
            """)
        .notes(
            "whole-layer",
            "same.addAll(q.forward(ps, in, training))",
            "whole-layer",
            "o.forward(ps, new NDList(both.get(0)), training)");
  }

  @Test
  void aListThatIsFilledOnOneWayOnlyStaysWhole() {
    Sharded.stays(
            LAYERS,
            """
            NDList both = new NDList(2);
            if (training) {
              both.add(q.forward(ps, in, training).head());
            }
            return o.forward(ps, both, training);
            """)
        .notes(
            "whole-layer",
            "both.add(q.forward(ps, in, training).head())",
            "whole-layer",
            "o.forward(ps, both, training)");
  }
}
