package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Sizes that a program reads off an array that is split. */
class ReadSizesTest {

  private static final String LAYERS =
      """
      private final Linear q, o;
      private final int dim, heads;

      Net(int dim, int heads) {
        this.dim = dim;
        this.heads = heads;
        q = addChildBlock("q", Linear.builder().setUnits(dim).build());
        o = addChildBlock("o", Linear.builder().setUnits(dim).build());
      }
      """;

  @Test
  void theSplitAxisIsReadWhole() {
    Sharded.becomes(
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, dim / heads);
        long n = qs.getShape().get(2), h = qs.size(3), all = qs.size(2);
        NDArray out = qs.softmax(-1).div(Math.sqrt(n)).reshape(b, s, n * h);
        return o.forward(ps, new NDList(out), training);
        """,
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray qs = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), dim / heads);
        long n = shards.whole(qs.getShape().get(2)), h = qs.size(3), all = shards.whole(qs.size(2));
        NDArray out = qs.softmax(-1).div(Math.sqrt(n)).reshape(b, s, shards.local(n * h));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void anAxisThatMayBeTheSplitOneIsReadWhole() {
    String helper =
        """

        private static NDArray heads(NDArray a, int n) {
          return a.reshape(a.getShape().get(0), a.getShape().get(1), n, a.getShape().get(2) / n);
        }
        """;
    Sharded.becomes(
        LAYERS + helper,
        """
        NDArray qs = heads(q.forward(ps, in, training).head(), heads);
        NDArray out = qs.softmax(-1);
        out = out.reshape(out.getShape().get(0), out.getShape().get(1), dim);
        return o.forward(ps, new NDList(out), training);
        """,
        LAYERS
            + helper
                .replace("return", "ShardGroup shards = Shards.group(n); return")
                .replace("n, a.getShape()", "shards.local(n), shards.whole(a.getShape(), -1)"),
        """
        ShardGroup shards = Shards.group(heads); NDArray qs = heads(shards.column(q).forward(ps, in, training).head(), heads);
        NDArray out = qs.softmax(-1);
        out = out.reshape(out.getShape().get(0), out.getShape().get(1), shards.local(dim));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void theShapeOfAWholeArrayShrinks() {
    Sharded.becomes(
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray x = in.head().reshape(b, s, heads, dim / heads);
        NDArray ys = q.forward(ps, in, training).head().reshape(x.getShape());
        Shape flat = new Shape(b, s, dim);
        return o.forward(ps, new NDList(ys.softmax(-1).reshape(flat)), training);
        """,
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray x = in.head().reshape(b, s, heads, dim / heads);
        ShardGroup shards = Shards.group(heads); NDArray ys = shards.column(q).forward(ps, in, training).head().reshape(shards.local(x.getShape(), -2));
        Shape flat = new Shape(b, s, dim);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(ys.softmax(-1).reshape(shards.local(flat, -1))), training));
        """);
  }

  @Test
  void theShapeOfASliceIsRightForASlice() {
    Sharded.becomes(
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray ys = q.forward(ps, in, training).head().reshape(b, s, heads, dim / heads);
        NDArray flat = ys.reshape(b * s, dim).getNDArrayInternal().relu().reshape(ys.getShape());
        return o.forward(ps, new NDList(flat.softmax(-1).reshape(b, s, dim)), training);
        """,
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray ys = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), dim / heads);
        NDArray flat = ys.reshape(b * s, shards.local(dim)).getNDArrayInternal().relu().reshape(ys.getShape());
        return shards.allReduce(shards.row(o).forward(ps, new NDList(flat.softmax(-1).reshape(b, s, shards.local(dim))), training));
        """);
  }
}
