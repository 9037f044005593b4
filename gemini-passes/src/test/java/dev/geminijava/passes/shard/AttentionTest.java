package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Attention in the styles in which people write it: all split by heads, by no rule of its own. */
class AttentionTest {

  private static final String LAYERS =
      """
      private final Linear q, k, v, o;
      private final int dim, heads, headDim;

      Net(int dim, int heads) {
        this.dim = dim;
        this.heads = heads;
        this.headDim = dim / heads;
        q = addChildBlock("q", Linear.builder().setUnits(dim).build());
        k = addChildBlock("k", Linear.builder().setUnits(dim).build());
        v = addChildBlock("v", Linear.builder().setUnits(dim).build());
        o = addChildBlock("o", Linear.builder().setUnits(dim).build());
      }
      """;

  @Test
  void headsByAHelperThatIsToldTheSizes() {
    String members =
        LAYERS
            + """

            private NDArray heads(NDArray x, long b, long s, long n) {
              return x.reshape(b, s, n, headDim).transpose(0, 2, 1, 3);
            }
            """;
    Sharded.becomes(
        members,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray qs = heads(q.forward(ps, in, training).head(), b, s, heads);
        NDArray ks = heads(k.forward(ps, in, training).head(), b, s, heads);
        NDArray vs = heads(v.forward(ps, in, training).head(), b, s, heads);
        NDArray scores = qs.matMul(ks.swapAxes(2, 3)).div(Math.sqrt(headDim));
        NDArray mask = in.get(1).reshape(b, 1, 1, s);
        NDArray probs = scores.add(mask).softmax(-1);
        NDArray out = probs.matMul(vs).transpose(0, 2, 1, 3).reshape(b, s, dim);
        return o.forward(ps, new NDList(out), training);
        """,
        members,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray qs = heads(shards.column(q).forward(ps, in, training).head(), b, s, shards.local(heads));
        NDArray ks = heads(shards.column(k).forward(ps, in, training).head(), b, s, shards.local(heads));
        NDArray vs = heads(shards.column(v).forward(ps, in, training).head(), b, s, shards.local(heads));
        NDArray scores = qs.matMul(ks.swapAxes(2, 3)).div(Math.sqrt(headDim));
        NDArray mask = in.get(1).reshape(b, 1, 1, s);
        NDArray probs = scores.add(mask).softmax(-1);
        NDArray out = probs.matMul(vs).transpose(0, 2, 1, 3).reshape(b, s, shards.local(dim));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void aHelperThatKnowsTheHeadsHasItsOwnGroup() {
    String before =
        LAYERS
            + """

            private NDArray split(NDArray x) {
              long b = x.getShape().get(0);
              long s = x.getShape().get(1);
              return x.reshape(b, s, heads, headDim).swapAxes(1, 2);
            }
            """;
    Sharded.becomes(
        before,
        """
        NDArray qs = split(q.forward(ps, in, training).head());
        NDArray ks = split(k.forward(ps, in, training).head());
        NDArray vs = split(v.forward(ps, in, training).head());
        NDArray out = qs.matMul(ks.transpose(0, 1, 3, 2)).softmax(3).matMul(vs).swapAxes(1, 2);
        out = out.reshape(out.getShape().get(0), out.getShape().get(1), -1);
        return o.forward(ps, new NDList(out), training);
        """,
        before.replace(
            "return x.reshape(b, s, heads,",
            "ShardGroup shards = Shards.group(heads); return x.reshape(b, s, shards.local(heads),"),
        """
        ShardGroup shards = Shards.group(heads); NDArray qs = split(shards.column(q).forward(ps, in, training).head());
        NDArray ks = split(shards.column(k).forward(ps, in, training).head());
        NDArray vs = split(shards.column(v).forward(ps, in, training).head());
        NDArray out = qs.matMul(ks.transpose(0, 1, 3, 2)).softmax(3).matMul(vs).swapAxes(1, 2);
        out = out.reshape(out.getShape().get(0), out.getShape().get(1), -1);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void headsMergedWithABatchThatIsNotNamed() {
    Sharded.becomes(
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, -1);
        qs = qs.transpose(0, 2, 1, 3).reshape(-1, s, headDim);
        NDArray out = qs.batchMatMul(qs.swapAxes(1, 2)).softmax(2).batchMatMul(qs);
        out = out.reshape(b, heads, s, headDim).transpose(0, 2, 1, 3).reshape(b, s, dim);
        return o.forward(ps, new NDList(out), training);
        """,
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray qs = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), -1);
        qs = qs.transpose(0, 2, 1, 3).reshape(-1, s, headDim);
        NDArray out = qs.batchMatMul(qs.swapAxes(1, 2)).softmax(2).batchMatMul(qs);
        out = out.reshape(b, shards.local(heads), s, headDim).transpose(0, 2, 1, 3).reshape(b, s, shards.local(dim));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void headsMergedWithTheBatch() {
    Sharded.becomes(
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, -1);
        NDArray ks = k.forward(ps, in, training).head().reshape(b, s, heads, -1);
        NDArray vs = v.forward(ps, in, training).head().reshape(b, s, heads, -1);
        qs = qs.transpose(0, 2, 1, 3).reshape(b * heads, s, headDim);
        ks = ks.transpose(0, 2, 3, 1).reshape(b * heads, headDim, s);
        vs = vs.transpose(0, 2, 1, 3).reshape(b * heads, s, headDim);
        NDArray out = qs.batchMatMul(ks).softmax(2).batchMatMul(vs);
        out = out.reshape(b, heads, s, headDim).transpose(0, 2, 1, 3).reshape(b, s, dim);
        return o.forward(ps, new NDList(out), training);
        """,
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray qs = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), -1);
        NDArray ks = shards.column(k).forward(ps, in, training).head().reshape(b, s, shards.local(heads), -1);
        NDArray vs = shards.column(v).forward(ps, in, training).head().reshape(b, s, shards.local(heads), -1);
        qs = qs.transpose(0, 2, 1, 3).reshape(shards.local(b * heads), s, headDim);
        ks = ks.transpose(0, 2, 3, 1).reshape(shards.local(b * heads), headDim, s);
        vs = vs.transpose(0, 2, 1, 3).reshape(shards.local(b * heads), s, headDim);
        NDArray out = qs.batchMatMul(ks).softmax(2).batchMatMul(vs);
        out = out.reshape(b, shards.local(heads), s, headDim).transpose(0, 2, 1, 3).reshape(b, s, shards.local(dim));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void aMaskOfAnyShapeIsSlicedByTheRuntime() {
    Sharded.becomes(
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, headDim);
        NDArray out = qs.swapAxes(1, 2).add(in.get(1)).swapAxes(1, 2).reshape(b, s, dim);
        return o.forward(ps, new NDList(out), training);
        """,
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray qs = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), headDim);
        NDArray out = qs.swapAxes(1, 2).add(shards.local(in.get(1), -3)).swapAxes(1, 2).reshape(b, s, shards.local(dim));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void oneKeyAndValueHeadForAllQueriesStaysWhole() {
    String members =
        """
        private final int heads = 4, size = 8;
        private final Linear q = Linear.builder().setUnits(heads * size).build();
        private final Linear k = Linear.builder().setUnits(size).build();
        private final Linear v = Linear.builder().setUnits(size).build();
        private final Linear o = Linear.builder().setUnits(32).build();
        """;
    Sharded.becomes(
            members,
            """
            long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
            NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, size).swapAxes(1, 2);
            NDArray ks = k.forward(ps, in, training).head().expandDims(1);
            NDArray vs = v.forward(ps, in, training).head().expandDims(1);
            NDArray probs = qs.matMul(ks.swapAxes(2, 3)).softmax(3);
            NDArray out = probs.matMul(vs).swapAxes(1, 2).reshape(b, s, heads * size);
            return o.forward(ps, new NDList(out), training);
            """,
            members,
            """
            long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
            ShardGroup shards = Shards.group(heads); NDArray qs = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), size).swapAxes(1, 2);
            NDArray ks = k.forward(ps, in, training).head().expandDims(1);
            NDArray vs = v.forward(ps, in, training).head().expandDims(1);
            NDArray probs = qs.matMul(shards.local(ks.swapAxes(2, 3), -3)).softmax(3);
            NDArray out = probs.matMul(shards.local(vs, -3)).swapAxes(1, 2).reshape(b, s, shards.local(heads * size));
            return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
            """)
        .notes(
            "whole-layer",
            "k.forward(ps, in, training).head().expandDims(1)",
            "whole-layer",
            "v.forward(ps, in, training).head().expandDims(1)");
  }

  @Test
  void sizesFromARecordThatTheBlockKeeps() {
    String members =
        """
        record Config(int dim, int heads) {}

        private final Config config;
        private final Linear q, o;
        private final LayerNorm norm = LayerNorm.builder().build();

        Net(Config config) {
          this.config = config;
          q = addChildBlock("q", linear(config.dim()));
          o = addChildBlock("o", linear(config.dim()));
        }

        private static Linear linear(int units) {
          return Linear.builder().setUnits(units).optBias(false).build();
        }
        """;
    Sharded.becomes(
        members,
        """
        int b = (int) in.head().getShape().get(0);
        NDList x = norm.forward(ps, in, training);
        NDArray h = q.forward(ps, x, training).head();
        h = h.reshape(b, -1, config.heads(), config.dim() / config.heads()).softmax(3);
        return o.forward(ps, new NDList(h.reshape(new Shape(b, -1, config.dim()))), training);
        """,
        members,
        """
        int b = (int) in.head().getShape().get(0);
        NDList x = norm.forward(ps, in, training);
        ShardGroup shards = Shards.group(config.heads()); NDArray h = shards.column(q).forward(ps, x, training).head();
        h = h.reshape(b, -1, shards.local(config.heads()), config.dim() / config.heads()).softmax(3);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(h.reshape(new Shape(b, -1, shards.local(config.dim())))), training));
        """);
  }

  @Test
  void aFieldThatChangesLaterSaysNothing() {
    String members =
        LAYERS.replace(
                "private final int dim, heads,",
                "private final int dim; private int heads;\nprivate final int")
            + "\nvoid prune(int n) {\n  heads = n;\n}\n";
    Sharded.stays(
            members,
            """
            NDArray x = q.forward(ps, in, training).head();
            x = x.reshape(-1, 7, heads, headDim).softmax(3);
            return o.forward(ps, new NDList(x.reshape(-1, 7, dim)), training);
            """)
        .notes(
            "whole-layer",
            "x.reshape(-1, 7, heads, headDim)",
            "whole-layer",
            "o.forward(ps, new NDList(x.reshape(-1, 7, dim)), training)");
  }

  @Test
  void whereHeadsAreNotOutermostTheLayersStayWhole() {
    Sharded.stays(
            LAYERS,
            """
            long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
            NDArray x = q.forward(ps, in, training).head().reshape(b, s, headDim, heads);
            x = x.transpose(0, 3, 1, 2).softmax(3).reshape(b, s, dim);
            return o.forward(ps, new NDList(x), training);
            """)
        .notes(
            "whole-layer",
            "x.transpose(0, 3, 1, 2).softmax(3)",
            "whole-layer",
            "o.forward(ps, new NDList(x), training)");
  }

  private static final String FUSED =
      """
      private final int dim = 32, heads = 4, size = 8;
      private final Linear qkv = Linear.builder().setUnits(3 * dim).build();
      private final Linear o = Linear.builder().setUnits(dim).build();
      """;

  @Test
  void oneProjectionForAllThreeIsSplitInEach() {
    Sharded.becomes(
        FUSED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDList parts = qkv.forward(ps, in, training).head().split(3, 2);
        NDArray q = parts.get(0).reshape(b, s, heads, size).swapAxes(1, 2);
        NDArray k = parts.get(1).reshape(b, s, heads, size).swapAxes(1, 2);
        NDArray v = parts.get(2).reshape(b, s, heads, size).swapAxes(1, 2);
        NDArray out = q.matMul(k.swapAxes(2, 3)).softmax(-1).matMul(v);
        return o.forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, dim)), training);
        """,
        FUSED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDList parts = shards.column(qkv, 3).forward(ps, in, training).head().split(3, 2);
        NDArray q = parts.get(0).reshape(b, s, shards.local(heads), size).swapAxes(1, 2);
        NDArray k = parts.get(1).reshape(b, s, shards.local(heads), size).swapAxes(1, 2);
        NDArray v = parts.get(2).reshape(b, s, shards.local(heads), size).swapAxes(1, 2);
        NDArray out = q.matMul(k.swapAxes(2, 3)).softmax(-1).matMul(v);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, shards.local(dim))), training));
        """);
  }

  @Test
  void threeAsAnAxisOfItsOwn() {
    Sharded.becomes(
        FUSED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray all = qkv.forward(ps, in, training).head().reshape(b, s, 3, heads, size);
        all = all.transpose(2, 0, 3, 1, 4);
        NDArray q = all.get(0), k = all.get(1), v = all.get(2);
        NDArray out = q.matMul(k.swapAxes(-2, -1)).softmax(-1).matMul(v);
        return o.forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, dim)), training);
        """,
        FUSED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray all = shards.column(qkv, 3).forward(ps, in, training).head().reshape(b, s, 3, shards.local(heads), size);
        all = all.transpose(2, 0, 3, 1, 4);
        NDArray q = all.get(0), k = all.get(1), v = all.get(2);
        NDArray out = q.matMul(k.swapAxes(-2, -1)).softmax(-1).matMul(v);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, shards.local(dim))), training));
        """);
  }

  @Test
  void windowsOfTheProjectionByAnIndex() {
    Sharded.becomes(
        FUSED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray all = qkv.forward(ps, in, training).head();
        NDArray q = all.get(":, :, :{}", dim).reshape(b, s, heads, -1).swapAxes(1, 2);
        NDArray k = all.get(new NDIndex(":, :, {}:{}", dim, 2 * dim)).reshape(b, s, heads, -1).swapAxes(1, 2);
        NDArray v = all.get("..., {}:", 2 * dim).reshape(b, s, heads, -1).swapAxes(1, 2);
        NDArray out = q.matMul(k.transpose(0, 1, 3, 2)).softmax(-1).matMul(v);
        return o.forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, -1)), training);
        """,
        FUSED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray all = shards.column(qkv, 3).forward(ps, in, training).head();
        NDArray q = all.get(":, :, :{}", shards.local(dim)).reshape(b, s, shards.local(heads), -1).swapAxes(1, 2);
        NDArray k = all.get(new NDIndex(":, :, {}:{}", shards.local(dim), shards.local(2 * dim))).reshape(b, s, shards.local(heads), -1).swapAxes(1, 2);
        NDArray v = all.get("..., {}:", shards.local(2 * dim)).reshape(b, s, shards.local(heads), -1).swapAxes(1, 2);
        NDArray out = q.matMul(k.transpose(0, 1, 3, 2)).softmax(-1).matMul(v);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, -1)), training));
        """);
  }

  private static final String GROUPED =
      """
      private final int heads, groups, size;
      private final Linear q, k, v, o;

      Net(int heads, int groups, int size) {
        this.heads = heads;
        this.groups = groups;
        this.size = size;
        q = addChildBlock("q", Linear.builder().setUnits(heads * size).build());
        k = addChildBlock("k", Linear.builder().setUnits(groups * size).build());
        v = addChildBlock("v", Linear.builder().setUnits(groups * size).build());
        o = addChildBlock("o", Linear.builder().setUnits(heads * size).build());
      }
      """;

  @Test
  void severalQueriesForOneKeyAndValue() {
    Sharded.becomes(
        GROUPED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, size).swapAxes(1, 2);
        NDArray ks = k.forward(ps, in, training).head().reshape(b, s, groups, size).swapAxes(1, 2);
        NDArray vs = v.forward(ps, in, training).head().reshape(b, s, groups, size).swapAxes(1, 2);
        ks = ks.repeat(1, heads / groups);
        vs = vs.repeat(1, heads / groups);
        NDArray out = qs.matMul(ks.swapAxes(2, 3)).softmax(3).matMul(vs);
        return o.forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, -1)), training);
        """,
        GROUPED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(groups, heads); NDArray qs = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), size).swapAxes(1, 2);
        NDArray ks = shards.column(k).forward(ps, in, training).head().reshape(b, s, shards.local(groups), size).swapAxes(1, 2);
        NDArray vs = shards.column(v).forward(ps, in, training).head().reshape(b, s, shards.local(groups), size).swapAxes(1, 2);
        ks = ks.repeat(1, heads / groups);
        vs = vs.repeat(1, heads / groups);
        NDArray out = qs.matMul(ks.swapAxes(2, 3)).softmax(3).matMul(vs);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out.swapAxes(1, 2).reshape(b, s, -1)), training));
        """);
  }

  @Test
  void queriesOfOneKeyAsAnAxisOfTheirOwn() {
    Sharded.becomes(
        GROUPED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        int each = heads / groups;
        NDArray qs = q.forward(ps, in, training).head().reshape(b, s, groups, each, size).transpose(0, 2, 3, 1, 4);
        NDArray ks = k.forward(ps, in, training).head().reshape(b, s, groups, 1, size).transpose(0, 2, 3, 1, 4);
        NDArray vs = v.forward(ps, in, training).head().reshape(b, s, groups, size).swapAxes(1, 2).expandDims(2);
        vs = vs.broadcast(b, groups, each, s, size);
        NDArray out = qs.matMul(ks.swapAxes(3, 4)).softmax(-1).matMul(vs);
        out = out.transpose(0, 3, 1, 2, 4).reshape(b, s, heads * size);
        return o.forward(ps, new NDList(out), training);
        """,
        GROUPED,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        int each = heads / groups;
        ShardGroup shards = Shards.group(groups); NDArray qs = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(groups), each, size).transpose(0, 2, 3, 1, 4);
        NDArray ks = shards.column(k).forward(ps, in, training).head().reshape(b, s, shards.local(groups), 1, size).transpose(0, 2, 3, 1, 4);
        NDArray vs = shards.column(v).forward(ps, in, training).head().reshape(b, s, shards.local(groups), size).swapAxes(1, 2).expandDims(2);
        vs = vs.broadcast(b, shards.local(groups), each, s, size);
        NDArray out = qs.matMul(ks.swapAxes(3, 4)).softmax(-1).matMul(vs);
        out = out.transpose(0, 3, 1, 2, 4).reshape(b, s, shards.local(heads * size));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void positionsThatAreRotatedByHalves() {
    Sharded.becomes(
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray x = q.forward(ps, in, training).head().reshape(b, s, heads, headDim).swapAxes(1, 2);
        NDArray angle = in.getManager().arange(headDim / 2).reshape(1, 1, 1, headDim / 2);
        NDArray left = x.get("..., :{}", headDim / 2), right = x.get("..., {}:", headDim / 2);
        NDArray turned = left.mul(angle.cos()).sub(right.mul(angle.sin()));
        x = turned.concat(right.mul(angle.cos()).add(left.mul(angle.sin())), -1);
        NDList halves = x.split(2, 3);
        x = NDArrays.concat(new NDList(halves.get(1).neg(), halves.get(0)), 3);
        return o.forward(ps, new NDList(x.swapAxes(1, 2).reshape(b, s, dim)), training);
        """,
        LAYERS,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray x = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), headDim).swapAxes(1, 2);
        NDArray angle = in.getManager().arange(headDim / 2).reshape(1, 1, 1, headDim / 2);
        NDArray left = x.get("..., :{}", headDim / 2), right = x.get("..., {}:", headDim / 2);
        NDArray turned = left.mul(angle.cos()).sub(right.mul(angle.sin()));
        x = turned.concat(right.mul(angle.cos()).add(left.mul(angle.sin())), -1);
        NDList halves = x.split(2, 3);
        x = NDArrays.concat(new NDList(halves.get(1).neg(), halves.get(0)), 3);
        return shards.allReduce(shards.row(o).forward(ps, new NDList(x.swapAxes(1, 2).reshape(b, s, shards.local(dim))), training));
        """);
  }

  @Test
  void helpersOfOtherClassesAreFollowed() {
    String members =
        LAYERS
            + """

            static final class Scores {
              static NDArray of(NDArray q, NDArray k) {
                return q.matMul(k.swapAxes(2, 3)).div(scale(k)).softmax(-1);
              }

              private static double scale(NDArray k) {
                return Math.sqrt(k.getShape().get(3));
              }
            }
            """;
    Sharded.becomes(
        members,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray x = q.forward(ps, in, training).head().reshape(b, s, heads, headDim).swapAxes(1, 2);
        NDArray out = Scores.of(x, x).matMul(x).swapAxes(1, 2).reshape(b, s, dim);
        return o.forward(ps, new NDList(out), training);
        """,
        members,
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        ShardGroup shards = Shards.group(heads); NDArray x = shards.column(q).forward(ps, in, training).head().reshape(b, s, shards.local(heads), headDim).swapAxes(1, 2);
        NDArray out = Scores.of(x, x).matMul(x).swapAxes(1, 2).reshape(b, s, shards.local(dim));
        return shards.allReduce(shards.row(o).forward(ps, new NDList(out), training));
        """);
  }

  @Test
  void aHelperOfAnotherClassIsNotChanged() {
    String members =
        LAYERS
            + """

            static final class Heads {
              static NDArray of(NDArray x, int heads) {
                return x.reshape(-1, 8, heads, 4);
              }
            }
            """;
    Sharded.stays(
            members,
            """
            NDArray x = Heads.of(q.forward(ps, in, training).head(), heads);
            return o.forward(ps, new NDList(x.reshape(-1, 8, dim)), training);
            """)
        .notes(
            "whole-layer",
            "Heads.of(q.forward(ps, in, training).head(), heads)",
            "whole-layer",
            "o.forward(ps, new NDList(x.reshape(-1, 8, dim)), training)");
  }

  @Test
  void aSizeThatMayBeTheSplitOneIsNotReadOffTheArrayItself() {
    Sharded.stays(
            LAYERS,
            """
            NDArray x = q.forward(ps, in, training).head();
            x = x.div(Math.sqrt(x.size(1)));
            return o.forward(ps, new NDList(x), training);
            """)
        .notes("whole-layer", "x.size(1)", "whole-layer", "o.forward(ps, new NDList(x), training)");
  }

  @Test
  void aHelperThatIsAlsoCalledWithWholeValuesIsNotChanged() {
    String members =
        LAYERS
            + """

            private NDArray split(NDArray x) {
              return x.reshape(-1, 8, heads, headDim);
            }
            """;
    Sharded.stays(
            members,
            """
            NDArray whole = split(in.head());
            NDArray x = split(q.forward(ps, in, training).head());
            return o.forward(ps, new NDList(x.reshape(-1, 8, dim)), training);
            """)
        .notes(
            "whole-layer",
            "{\n    return x.reshape(-1, 8, heads, headDim);\n  }",
            "whole-layer",
            "o.forward(ps, new NDList(x.reshape(-1, 8, dim)), training)");
  }

  /** The gate is called after the queries were split by heads: its features are asked before. */
  @Test
  void aSizeThatNobodyWroteIsAskedOfItsLayer() {
    String body =
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray x = q.forward(ps, in, training).head().reshape(b, s, heads, -1).reshape(b, s, -1);
        NDArray y = Activation.sigmoid(k.forward(ps, in, training).head());
        return o.forward(ps, new NDList(x.mul(y)), training);
        """;
    String layers =
        """
        private final int heads;
        private final Linear q, k, o;

        Net(int heads, List<Linear> layers) {
          this.heads = heads;
          q = addChildBlock("q", layers.get(0));
          k = addChildBlock("k", layers.get(1));
          o = addChildBlock("o", layers.get(2));
        }
        """;
    Sharded.becomes(
        layers,
        body,
        layers,
        body.replace(
                "NDArray x = q",
                "ShardGroup shards = Shards.group(Shards.features(k), heads); NDArray x = shards.column(q)")
            .replace("s, heads, -1", "s, shards.local(heads), -1")
            .replace("k.forward", "shards.column(k).forward")
            .replace("return o.", "return shards.allReduce(shards.row(o).")
            .replace("x.mul(y)), training)", "x.mul(y)), training))"));
  }
}
