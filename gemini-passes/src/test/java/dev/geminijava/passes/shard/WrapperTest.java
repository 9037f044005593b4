package dev.geminijava.passes.shard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.passes.Rewriting;
import org.junit.jupiter.api.Test;

/** Blocks of the program around one linear layer, split by whoever calls them. */
class WrapperTest {

  private static final String DENSE =
      """

      static class Dense extends AbstractBlock {
        private final Linear linear;
        private final boolean gelu;

        Dense(int units, boolean gelu) {
          this.gelu = gelu;
          linear = addChildBlock("linear", Linear.builder().setUnits(units).build());
        }

        @Override
        protected NDList forwardInternal(
            ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
          NDArray y = LINEAR.forward(ps, in, training).singletonOrThrow();
          return new NDList(gelu ? Activation.gelu(y) : y);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
          return linear.getOutputShapes(shapes);
        }
      }
      """;

  private static final String OUTSIDE = DENSE.replace("LINEAR", "linear");
  private static final String INSIDE = DENSE.replace("LINEAR", "Shards.inner(linear)");

  private static final String PAIR =
      """
      private final Dense up, down;

      Net(int width) {
        up = addChildBlock("up", new Dense(4 * width, true));
        down = addChildBlock("down", new Dense(width, false));
      }
      """;

  @Test
  void theLayerInsideAddsUpTheSummands() {
    Sharded.becomes(
        PAIR + OUTSIDE,
        """
        NDList wide = up.forward(ps, in, training);
        return down.forward(ps, wide, training);
        """,
        PAIR + INSIDE,
        """
        ShardGroup shards = Shards.group(); NDList wide = shards.column(up).forward(ps, in, training);
        return shards.row(down).forward(ps, wide, training);
        """);
  }

  /** One of the blocks gets an insertion, the other and the one around them get none. */
  @Test
  void aSecondRunDecidesTheSame() {
    String block =
        """
        class NAME extends AbstractBlock {
          private final Block drop = addChildBlock("drop", Dropout.builder().build());
          private final Block linear = addChildBlock("l", Linear.builder().setUnits(5).build());

          @Override
          protected NDList forwardInternal(
              ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
            return linear.forward(ps, INPUT, training);
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }
        """;
    String source =
        Sharded.source(
                """
                private final Block left = addChildBlock("left", new Plain());
                private final Block right = addChildBlock("right", new Dropped());
                """,
                """
                NDArray a = left.forward(ps, new NDList(in.get(0)), training).head();
                NDArray b = right.forward(ps, new NDList(in.get(1)), training).head();
                return new NDList(a.add(b));
                """,
                "")
            + block.replace("NAME", "Plain").replace("INPUT", "in")
            + block.replace("NAME", "Dropped").replace("INPUT", "drop.forward(ps, in, training)");
    Sharded.run(source)
        .becomes(
            source
                .replace("linear.forward(ps, in,", "Shards.inner(linear).forward(ps, in,")
                .replace("PairList;", "PairList; import dev.geminijava.runtime.Shards;"));
  }

  /** What is left whole beside a pair that is split makes no wrapper in a second run. */
  @Test
  void aBlockThatSplitsLayersItselfIsNone() {
    String three =
        """
        class Three extends AbstractBlock {
          private final Block up = addChildBlock("up", Linear.builder().setUnits(2).build());
          private final Block one = addChildBlock("one", Linear.builder().setUnits(1).build());
          private final Block out = addChildBlock("out", Linear.builder().setUnits(12).build());

          @Override
          protected NDList forwardInternal(
              ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
            NDList low = one.forward(ps, up.forward(ps, in, training), training);
            return out.forward(ps, low, training);
          }

          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }
        """;
    String source =
        Sharded.source(
                """
                private final Block left =
                    addChildBlock("left", Linear.builder().setUnits(12).build());
                private final Block right = addChildBlock("right", new Three());

                private static NDArray apply(
                    Block block, ParameterStore ps, NDArray x, boolean training) {
                  return block.forward(ps, new NDList(x), training).singletonOrThrow();
                }
                """,
                """
                NDArray a = apply(left, ps, in.get(0), training);
                NDArray b = apply(right, ps, in.get(1), training);
                return new NDList(a.add(b));
                """,
                "")
            + three;
    String edits = Sharded.run(source).holds().run().unit().edits().toString();
    assertTrue(edits.contains("shards.row("), edits);
  }

  @Test
  void whatTheConstructorIsToldIsKnownOutside() {
    String members =
        """
        private final int heads, size;
        private final Dense q, o;

        Net(int heads, int size) {
          this.heads = heads;
          this.size = size;
          q = addChildBlock("q", new Dense(heads * size, false));
          o = addChildBlock("o", new Dense(heads * size, false));
        }
        """;
    Sharded.becomes(
        members + OUTSIDE,
        """
        long b = in.head().getShape().get(0), t = in.head().getShape().get(1);
        NDArray x = q.forward(ps, in, training).head().reshape(b, t, heads, size).swapAxes(1, 2);
        x = x.matMul(x.swapAxes(2, 3)).softmax(-1).matMul(x).swapAxes(1, 2);
        return o.forward(ps, new NDList(x.reshape(b, t, heads * size)), training);
        """,
        members + INSIDE,
        """
        long b = in.head().getShape().get(0), t = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray x = shards.column(q).forward(ps, in, training).head().reshape(b, t, shards.local(heads), size).swapAxes(1, 2);
        x = x.matMul(x.swapAxes(2, 3)).softmax(-1).matMul(x).swapAxes(1, 2);
        return shards.row(o).forward(ps, new NDList(x.reshape(b, t, shards.local(heads * size))), training);
        """);
  }

  private static final String FEW = OUTSIDE.replace("setUnits(units)", "setUnits(8)");

  @Test
  void aNormBeforeTheLayerNeedsAllOfItsInput() {
    String normed =
        FEW.replace(
                "private final boolean",
                "private final LayerNorm norm = LayerNorm.builder().build();\n  private final boolean")
            .replace(
                "forward(ps, in, training)",
                "forward(ps, norm.forward(ps, in, training), training)");
    stays(PAIR + normed)
        .notes(
            "whole-layer",
            "down.forward(ps, wide, training)",
            "whole-layer",
            "down.forward(ps, wide, training)");
  }

  @Test
  void aWeightOfItsOwnWouldHaveToBeSplit() {
    String gated =
        FEW.replace(
                "private final boolean",
                "private final Parameter scale = addParameter(Parameter.builder().setName(\"scale\").build());\n  private final boolean")
            .replace("Activation.gelu(y)", "y.mul(ps.getValue(scale, y.getDevice(), training))");
    stays(PAIR + gated);
  }

  @Test
  void aSubclassMayDoSomethingElse() {
    stays(
        PAIR
            + FEW
            + """

            static class Odd extends Dense {
              Odd(int units) {
                super(units, false);
              }

              @Override
              protected NDList forwardInternal(
                  ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
                return new NDList(super.forwardInternal(ps, in, training, params).head().softmax(-1));
              }
            }
            """);
  }

  private static Rewriting stays(String members) {
    return Sharded.stays(
        members,
        """
        NDList wide = up.forward(ps, in, training);
        return down.forward(ps, wide, training);
        """);
  }
}
