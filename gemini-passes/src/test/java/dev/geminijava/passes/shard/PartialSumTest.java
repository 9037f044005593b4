package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Values of which every rank has a summand are added up once, as late as that saves something. */
class PartialSumTest {

  private static final String TWO_PAIRS =
      """
      private final Linear a, b, c, d;

      Net(int one, int other, int width) {
        a = addChildBlock("a", Linear.builder().setUnits(one).build());
        b = addChildBlock("b", Linear.builder().setUnits(width).build());
        c = addChildBlock("c", Linear.builder().setUnits(other).build());
        d = addChildBlock("d", Linear.builder().setUnits(width).build());
      }
      """;

  @Test
  void theSumOfTwoBranchesIsAddedUpOnce() {
    Sharded.becomes(
        TWO_PAIRS,
        """
        NDArray left = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training).head();
        NDArray right = d.forward(ps, Activation.gelu(c.forward(ps, in, training)), training).head();
        return new NDList(in.head().add(left.add(right)));
        """,
        TWO_PAIRS,
        """
        ShardGroup shards = Shards.group(Shards.features(a), Shards.features(c)); NDArray left = shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training).head();
        NDArray right = shards.row(d).forward(ps, Activation.gelu(shards.column(c).forward(ps, in, training)), training).head();
        return new NDList(in.head().add(shards.allReduce(left.add(right))));
        """);
  }

  @Test
  void aLineInBetweenThatNeedsTheValueComesAfterTheSum() {
    Sharded.becomes(
        TWO_PAIRS,
        """
        NDArray left = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training).head();
        NDArray sum = in.head().add(left);
        return new NDList(sum.add(d.forward(ps, Activation.relu(c.forward(ps, in, training)), training).head()));
        """,
        TWO_PAIRS,
        """
        ShardGroup shards = Shards.group(); NDArray left = shards.allReduce(shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training)).head();
        NDArray sum = in.head().add(left);
        ShardGroup shards2 = Shards.group(); return new NDList(sum.add(shards2.allReduce(shards2.row(d).forward(ps, Activation.relu(shards2.column(c).forward(ps, in, training)), training)).head()));
        """);
  }

  @Test
  void aValueThatIsUsedForItselfTooIsAddedUpBefore() {
    Sharded.becomes(
        TWO_PAIRS,
        """
        NDArray left = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training).head();
        NDArray right = d.forward(ps, Activation.relu(c.forward(ps, in, training)), training).head();
        return new NDList(left.add(right), left.exp());
        """,
        TWO_PAIRS,
        """
        ShardGroup shards = Shards.group(); NDArray left = shards.allReduce(shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training)).head();
        ShardGroup shards2 = Shards.group(); NDArray right = shards2.allReduce(shards2.row(d).forward(ps, Activation.relu(shards2.column(c).forward(ps, in, training)), training)).head();
        return new NDList(left.add(right), left.exp());
        """);
  }

  @Test
  void summandsAreScaledMovedAndDroppedLikeTheSum() {
    String members =
        TWO_PAIRS
            .replace("a, b, c, d;", "a, b, c, d;\n  private final Dropout drop;")
            .replace(
                "  a = add",
                "  drop = addChildBlock(\"drop\", Dropout.builder().optRate(0.1f).build());\n  a = add");
    Sharded.becomes(
        members,
        """
        NDList left = drop.forward(ps, b.forward(ps, Activation.relu(a.forward(ps, in, training)), training), training);
        NDArray right = d.forward(ps, Activation.relu(c.forward(ps, in, training)), training).head().swapAxes(0, 1);
        NDArray both = left.head().swapAxes(0, 1).mul(0.5).sub(right.div(in.get(1)));
        return new NDList(both.sum(new int[] {0}).add(1));
        """,
        members,
        """
        ShardGroup shards = Shards.group(Shards.features(a), Shards.features(c)); NDList left = drop.forward(ps, shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training), training);
        NDArray right = shards.row(d).forward(ps, Activation.relu(shards.column(c).forward(ps, in, training)), training).head().swapAxes(0, 1);
        NDArray both = shards.allReduce(left.head().swapAxes(0, 1).mul(0.5).sub(right.div(in.get(1))));
        return new NDList(both.sum(new int[] {0}).add(1));
        """);
  }

  @Test
  void branchesThatAreJoinedAreAddedUpTogether() {
    Sharded.becomes(
        TWO_PAIRS,
        """
        NDArray left = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training).head();
        NDArray right = d.forward(ps, Activation.relu(c.forward(ps, in, training)), training).head();
        return new NDList(Activation.tanh(NDArrays.concat(new NDList(left, right), -1)));
        """,
        TWO_PAIRS,
        """
        ShardGroup shards = Shards.group(Shards.features(a), Shards.features(c)); NDArray left = shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training).head();
        NDArray right = shards.row(d).forward(ps, Activation.relu(shards.column(c).forward(ps, in, training)), training).head();
        return new NDList(Activation.tanh(shards.allReduce(NDArrays.concat(new NDList(left, right), -1))));
        """);
  }

  @Test
  void attentionAndFeedForwardSideBySide() {
    String members =
        """
        private final LayerNorm norm;
        private final Linear q, k, v, o, up, down;
        private final int heads, width;

        Net(int width, int heads) {
          this.width = width;
          this.heads = heads;
          norm = addChildBlock("norm", LayerNorm.builder().build());
          q = addChildBlock("q", Linear.builder().setUnits(width).optBias(false).build());
          k = addChildBlock("k", Linear.builder().setUnits(width).optBias(false).build());
          v = addChildBlock("v", Linear.builder().setUnits(width).optBias(false).build());
          o = addChildBlock("o", Linear.builder().setUnits(width).optBias(false).build());
          up = addChildBlock("up", Linear.builder().setUnits(4 * width).build());
          down = addChildBlock("down", Linear.builder().setUnits(width).build());
        }

        private NDArray attend(ParameterStore ps, NDList x, boolean training) {
          long b = x.head().getShape().get(0), t = x.head().getShape().get(1);
          NDArray qs = q.forward(ps, x, training).head().reshape(b, t, heads, -1).swapAxes(1, 2);
          NDArray ks = k.forward(ps, x, training).head().reshape(b, t, heads, -1).swapAxes(1, 2);
          NDArray vs = v.forward(ps, x, training).head().reshape(b, t, heads, -1).swapAxes(1, 2);
          NDArray y = qs.matMul(ks.swapAxes(2, 3)).softmax(-1).matMul(vs).swapAxes(1, 2);
          return o.forward(ps, new NDList(y.reshape(b, t, width)), training).head();
        }
        """;
    Sharded.becomes(
        members,
        """
        NDList x = norm.forward(ps, in, training);
        NDArray fed = down.forward(ps, Activation.gelu(up.forward(ps, x, training)), training).head();
        return new NDList(attend(ps, x, training).add(fed).add(in.head()));
        """,
        members
            .replace(
                "NDArray qs = q.",
                "ShardGroup shards = Shards.group(Shards.features(up), heads); NDArray qs = shards.column(q).")
            .replace("= k.forward", "= shards.column(k).forward")
            .replace("= v.forward", "= shards.column(v).forward")
            .replace("heads, -1)", "shards.local(heads), -1)")
            .replace("return o.", "return shards.row(o).")
            .replace("y.reshape(b, t, width)", "y.reshape(b, t, shards.local(width))"),
        """
        NDList x = norm.forward(ps, in, training);
        ShardGroup shards = Shards.group(Shards.features(up), heads); NDArray fed = shards.row(down).forward(ps, Activation.gelu(shards.column(up).forward(ps, x, training)), training).head();
        return new NDList(shards.allReduce(attend(ps, x, training).add(fed)).add(in.head()));
        """);
  }

  @Test
  void layersOutOfSightAreAddedUpForThemselves() {
    String members =
        """
        private final List<Linear> wide = new ArrayList<>();
        private final List<Linear> narrow = new ArrayList<>();

        Net(int one, int other, int width) {
          wide.add(addChildBlock("a", Linear.builder().setUnits(one).build()));
          wide.add(addChildBlock("c", Linear.builder().setUnits(other).build()));
          narrow.add(addChildBlock("b", Linear.builder().setUnits(width).build()));
          narrow.add(addChildBlock("d", Linear.builder().setUnits(width).build()));
        }
        """;
    Sharded.becomes(
        members,
        """
        NDArray left = narrow.get(0).forward(ps, wide.get(0).forward(ps, in, training), training).head();
        NDArray right = narrow.get(1).forward(ps, wide.get(1).forward(ps, in, training), training).head();
        return new NDList(left.add(right));
        """,
        members,
        """
        ShardGroup shards = Shards.group(); NDArray left = shards.allReduce(shards.row(narrow.get(0)).forward(ps, shards.column(wide.get(0)).forward(ps, in, training), training)).head();
        ShardGroup shards2 = Shards.group(); NDArray right = shards2.allReduce(shards2.row(narrow.get(1)).forward(ps, shards2.column(wide.get(1)).forward(ps, in, training), training)).head();
        return new NDList(left.add(right));
        """);
  }

  @Test
  void aSumThatGrowsInALoopIsAddedUpInEachRound() {
    Sharded.becomes(
        TWO_PAIRS,
        """
        NDArray sum = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training).head();
        for (int i = 0; i < 3; i++) {
          sum = sum.add(d.forward(ps, Activation.relu(c.forward(ps, in, training)), training).head());
        }
        return new NDList(sum);
        """,
        TWO_PAIRS,
        """
        ShardGroup shards = Shards.group(); NDArray sum = shards.allReduce(shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training)).head();
        for (int i = 0; i < 3; i++) {
          ShardGroup shards2 = Shards.group(); sum = sum.add(shards2.allReduce(shards2.row(d).forward(ps, Activation.relu(shards2.column(c).forward(ps, in, training)), training)).head());
        }
        return new NDList(sum);
        """);
  }

  @Test
  void eitherOfTwoIsAddedUpWhereItIsMade() {
    Sharded.becomes(
        TWO_PAIRS,
        """
        NDArray y;
        if (training) {
          y = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training).head();
        } else {
          y = in.head();
        }
        return new NDList(y.add(d.forward(ps, Activation.relu(c.forward(ps, in, training)), training).head()));
        """,
        TWO_PAIRS,
        """
        NDArray y;
        if (training) {
          ShardGroup shards = Shards.group(); y = shards.allReduce(shards.row(b).forward(ps, Activation.relu(shards.column(a).forward(ps, in, training)), training)).head();
        } else {
          y = in.head();
        }
        ShardGroup shards2 = Shards.group(); return new NDList(y.add(shards2.allReduce(shards2.row(d).forward(ps, Activation.relu(shards2.column(c).forward(ps, in, training)), training)).head()));
        """);
  }
}
