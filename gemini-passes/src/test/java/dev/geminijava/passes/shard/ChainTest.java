package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Loops that take one value through a list of layers. */
class ChainTest {

  private static final String LAYERS =
      "private final List<Block> layers = new ArrayList<>();\nprivate boolean all;\n";

  private static void becomes(String before, String after) {
    Sharded.becomes(LAYERS, before, LAYERS, after).notes();
  }

  @Test
  void aLoopOverAListAndOverTheChildren() {
    becomes(
        """
        NDList x = in;
        for (Block layer : layers) {
          x = layer.forward(ps, x, training);
        }
        for (Block layer : children.values()) x = layer.forward(ps, x, training, params);
        return x;
        """,
        """
        NDList x = in;
        for (Block layer : Shards.chain(layers)) {
          x = layer.forward(ps, x, training);
        }
        for (Block layer : Shards.chain(children.values())) x = layer.forward(ps, x, training, params);
        return x;
        """);
  }

  @Test
  void whereTheStepsAreLookedAtTheLayersStayWhole() {
    becomes(
        """
        List<NDList> past = new ArrayList<>();
        NDList x = in;
        for (Block layer : layers) {
          x = layer.forward(ps, x, training);
          past.add(x);
        }
        if (all) {
          return past.get(0);
        }
        return x;
        """,
        """
        List<NDList> past = new ArrayList<>();
        NDList x = in;
        for (Block layer : all ? layers : Shards.chain(layers)) {
          x = layer.forward(ps, x, training);
          past.add(x);
        }
        if (all) {
          return past.get(0);
        }
        return x;
        """);
  }

  @Test
  void anythingElseInTheLoopKeepsItAsItIs() {
    Sharded.stays(
            LAYERS,
            """
            NDList x = in;
            for (Block layer : layers) {
              x = new NDList(layer.forward(ps, x, training).head().add(x.head()));
            }
            for (Block layer : layers) {
              x = layer.forward(ps, x, training);
              System.out.println(x);
            }
            return x;
            """)
        .notes();
  }
}
