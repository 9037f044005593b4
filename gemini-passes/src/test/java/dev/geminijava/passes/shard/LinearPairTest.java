package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Two linear layers with nothing but element-wise code between them. */
class LinearPairTest {

  private static final String LAYERS =
      """
      private final Linear up, down;
      private final int hidden;
      private final Block dropout = Dropout.builder().build();
      private NDArray kept;

      Net(int hidden, int width) {
        this.hidden = hidden;
        up = addChildBlock("up", Linear.builder().setUnits(hidden).build());
        down = addChildBlock("down", Linear.builder().setUnits(8).build());
      }
      """;

  private static void becomes(String before, String after) {
    Sharded.becomes(LAYERS, before, LAYERS, after).notes();
  }

  @Test
  void columnThenRowThenOneSum() {
    becomes(
        "return down.forward(ps, Activation.gelu(up.forward(ps, in, training)), training);",
        "ShardGroup shards = Shards.group(hidden); return shards.allReduce(shards.row(down)"
            + ".forward(ps, Activation.gelu(shards.column(up).forward(ps, in, training)),"
            + " training));");
  }

  @Test
  void elementwiseCodeBetweenThemAndAResidualAround() {
    becomes(
        """
        NDArray x = in.head();
        NDArray h = up.forward(ps, in, training).singletonOrThrow();
        h = h.mul(Activation.sigmoid(h)).add(1).clip(0, 6);
        NDList dropped = dropout.forward(ps, new NDList(h), training);
        return new NDList(down.forward(ps, dropped, training).head().add(x));
        """,
        """
        NDArray x = in.head();
        ShardGroup shards = Shards.group(hidden); NDArray h = shards.column(up).forward(ps, in, training).singletonOrThrow();
        h = h.mul(Activation.sigmoid(h)).add(1).clip(0, 6);
        NDList dropped = shards.own(dropout).forward(ps, new NDList(h), training);
        return new NDList(shards.allReduce(shards.row(down).forward(ps, dropped, training)).head().add(x));
        """);
  }

  @Test
  void anArrayThatAllRanksHaveIsSlicedWhereItMeetsASplitOne() {
    becomes(
        """
        NDArray h = up.forward(ps, in, training).head().add(in.get(1));
        return down.forward(ps, new NDList(h), training);
        """,
        """
        ShardGroup shards = Shards.group(hidden); NDArray h = shards.column(up).forward(ps, in, training).head().add(shards.local(in.get(1), -1));
        return shards.allReduce(shards.row(down).forward(ps, new NDList(h), training));
        """);
  }

  @Test
  void theGroupStandsBeforeTheInnermostStatementThatHoldsEveryUse() {
    becomes(
        """
        NDArray h;
        if (training) {
          h = up.forward(ps, in, training).head().exp();
        } else {
          h = up.forward(ps, in, training).head();
        }
        return down.forward(ps, new NDList(h), training);
        """,
        """
        NDArray h;
        ShardGroup shards = Shards.group(hidden); if (training) {
          h = shards.column(up).forward(ps, in, training).head().exp();
        } else {
          h = shards.column(up).forward(ps, in, training).head();
        }
        return shards.allReduce(shards.row(down).forward(ps, new NDList(h), training));
        """);
  }

  @Test
  void aTakenNameIsLeftAlone() {
    becomes(
        """
        int shards = 1;
        return down.forward(ps, up.forward(ps, in, training), training);
        """,
        """
        int shards = 1;
        ShardGroup shards2 = Shards.group(hidden); return shards2.allReduce(shards2.row(down).forward(ps, shards2.column(up).forward(ps, in, training), training));
        """);
  }

  @Test
  void aSizeThatNobodyKeepsIsLeftToTheRuntime() {
    String layers = LAYERS.replace("this.hidden = hidden;", "this.hidden = 0;");
    Sharded.becomes(
        layers,
        "return down.forward(ps, up.forward(ps, in, training), training);",
        layers,
        "ShardGroup shards = Shards.group(); return shards.allReduce(shards.row(down)"
            + ".forward(ps, shards.column(up).forward(ps, in, training), training));");
  }

  /** The ranks would skip different layers, or go on with different values. */
  @Test
  void whatJavaDrawsKeepsAllLayersWhole() {
    String pair = "return down.forward(ps, up.forward(ps, in, training), training);";
    String note = "Math.random()";
    Sharded.stays(LAYERS, "if (training && Math.random() < 0.5) {\n  return in;\n}\n" + pair)
        .notes("whole-layer", note);
    String helper = "private static float scale() {\n  return (float) Math.random();\n}\n";
    Sharded.stays(LAYERS + helper, "in = new NDList(in.head().mul(scale()));\n" + pair)
        .notes("whole-layer", note);
    Sharded.stays(
            LAYERS
                + "private static NDArray noise(NDArray x) {\n  return x.mul(scale());\n}\n"
                + helper,
            "in = new NDList(in.stream().map(Net::noise).toList());\n" + pair)
        .notes("whole-layer", note);
  }

  /** One text that runs several layers has no place for either. */
  @Test
  void layersGivenToAMethodStayWhole() {
    String run =
        "static NDList run(Block layer, ParameterStore ps, NDList x) {\n"
            + "  return layer.forward(ps, x, true);\n}\n";
    Sharded.stays(LAYERS + run, "return run(down, ps, run(up, ps, in));")
        .notes("whole-layer", "down", "whole-layer", "up");
    String size = "static long size(Block layer) {\n  return layer.getChildren().size();\n}\n";
    Sharded.stays(LAYERS + size, "return size(up) > size(down) ? in : in;").notes();
  }

  /** What no forward pass runs makes data, say. */
  @Test
  void whatJavaDrawsElsewhereKeepsNothingWhole() {
    String data = "static int draw() {\n  return new java.util.Random(1).nextInt(4);\n}\n";
    Sharded.becomes(
        LAYERS + data,
        "return down.forward(ps, up.forward(ps, in, training), training);",
        LAYERS + data,
        "ShardGroup shards = Shards.group(hidden); return shards.allReduce(shards.row(down)"
            + ".forward(ps, shards.column(up).forward(ps, in, training), training));");
  }

  @Test
  void inALoopTheSplitEndsInEachRound() {
    String layers = "private final List<Linear> ups = new ArrayList<>(), downs = ups;\n";
    Sharded.becomes(
        layers,
        """
        NDArray x = in.head();
        for (int i = 0; i < ups.size(); i++) {
          NDList h = Activation.relu(ups.get(i).forward(ps, new NDList(x), training));
          x = x.add(downs.get(i).forward(ps, h, training).head());
        }
        return new NDList(x);
        """,
        layers,
        """
        NDArray x = in.head();
        for (int i = 0; i < ups.size(); i++) {
          ShardGroup shards = Shards.group(); NDList h = Activation.relu(shards.column(ups.get(i)).forward(ps, new NDList(x), training));
          x = x.add(shards.allReduce(shards.row(downs.get(i)).forward(ps, h, training)).head());
        }
        return new NDList(x);
        """);
  }

  @Test
  void whatIsNotUnderstoodKeepsTheLayersWhole() {
    String last = "return down.forward(ps, h, training);";
    String call = "down.forward(ps, h, training)";
    Sharded.stays(LAYERS, "NDList h = up.forward(ps, in, training); kept = h.head(); " + last)
        .notes("whole-layer", "kept = h.head()", "whole-layer", call);
    Sharded.stays(
            LAYERS,
            "NDList h = up.forward(ps, in, training);\n"
                + "Supplier<NDList> s = () -> down.forward(ps, h, training); return s.get();")
        .notes("whole-layer", "() -> " + call);
    Sharded.stays(LAYERS, "NDList h = up.forward(ps, in, training); System.out.println(h); " + last)
        .notes("whole-layer", "System.out.println(h)", "whole-layer", call);
    Sharded.stays(
            LAYERS,
            "NDList h = up.forward(ps, in, training); h = new NDList(h.head().cumSum(-1)); " + last)
        .notes("whole-layer", "h.head().cumSum(-1)", "whole-layer", call);
    Sharded.stays(
            LAYERS,
            "NDList h = up.forward(ps, in, training);\n"
                + "if (h.head().getFloat() > 0) { return in; } "
                + last)
        .notes("whole-layer", "h.head().getFloat()", "whole-layer", call);
  }

  @Test
  void aSplitValueIsReadNowhereElse() {
    Sharded.stays(
            LAYERS,
            """
            NDList h = up.forward(ps, in, training);
            return new NDList(down.forward(ps, h, training).head().add(h.head().cumSum(-1)));
            """)
        .notes(
            "whole-layer", "h.head().cumSum(-1)", "whole-layer", "down.forward(ps, h, training)");
  }

  @Test
  void onlyOneWayToAPlaceIsSplit() {
    Sharded.stays(
            LAYERS,
            """
            NDList h = in;
            if (training) {
              h = up.forward(ps, in, training);
            }
            return down.forward(ps, h, training);
            """)
        .notes("whole-layer", "h", "whole-layer", "down.forward(ps, h, training)");
  }

  @Test
  void whatSomebodyShardedByHandIsLeftAlone() {
    Sharded.stays(
            LAYERS,
            """
            dev.geminijava.runtime.ShardGroup mine = dev.geminijava.runtime.Shards.group(hidden);
            NDList h = mine.column(up).forward(ps, in, training);
            return mine.allReduce(mine.row(down).forward(ps, h, training));
            """)
        .notes();
  }

  /** The method is also called with values that every rank has, so it must not slice them. */
  @Test
  void anArrayThatIsPassedToAMethodIsSlicedWhereItIsPassed() {
    String members =
        LAYERS
            + """
            private static NDArray shifted(NDArray x, NDArray by) {
              return Activation.gelu(x.add(by));
            }
            """;
    Sharded.becomes(
        members,
        """
        NDArray h = shifted(up.forward(ps, in, training).head(), in.get(1));
        NDArray y = down.forward(ps, new NDList(h), training).head();
        return new NDList(shifted(y, in.get(2)));
        """,
        members,
        """
        ShardGroup shards = Shards.group(hidden); NDArray h = shifted(shards.column(up).forward(ps, in, training).head(), shards.local(in.get(1), -1));
        NDArray y = shards.allReduce(shards.row(down).forward(ps, new NDList(h), training)).head();
        return new NDList(shifted(y, in.get(2)));
        """);
  }

  @Test
  void aLayerThatIsMadeOnOneWayOnlyIsThatLayerWhereItIsCalled() {
    String members =
        """
        private final Linear gate, up, down;
        private final int hidden;

        Net(int hidden, boolean gated) {
          this.hidden = hidden;
          gate = gated ? addChildBlock("gate", Linear.builder().setUnits(hidden).build()) : null;
          up = addChildBlock("up", Linear.builder().setUnits(hidden).build());
          down = addChildBlock("down", Linear.builder().setUnits(8).build());
        }
        """;
    Sharded.becomes(
        members,
        """
        NDArray h = up.forward(ps, in, training).head();
        if (gate != null) {
          h = h.mul(gate.forward(ps, in, training).head());
        }
        return down.forward(ps, new NDList(h), training);
        """,
        members,
        """
        ShardGroup shards = Shards.group(hidden); NDArray h = shards.column(up).forward(ps, in, training).head();
        if (gate != null) {
          h = h.mul(shards.column(gate).forward(ps, in, training).head());
        }
        return shards.allReduce(shards.row(down).forward(ps, new NDList(h), training));
        """);
  }
}
