package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Heads that are computed one after the other: each rank goes through the loop for its own. */
class HeadsInLoopTest {

  private static final String LAYERS =
      """
      private final Linear q, k, v, o;
      private final int heads, size;

      Net(int width, int heads) {
        this.heads = heads;
        this.size = width / heads;
        q = addChildBlock("q", Linear.builder().setUnits(width).build());
        k = addChildBlock("k", Linear.builder().setUnits(width).build());
        v = addChildBlock("v", Linear.builder().setUnits(width).build());
        o = addChildBlock("o", Linear.builder().setUnits(width).build());
      }
      """;

  private static final String WINDOWS =
      """
      NDArray qs = q.forward(ps, in, training).head();
      NDArray ks = k.forward(ps, in, training).head();
      NDArray vs = v.forward(ps, in, training).head();
      NDList outs = new NDList();
      for (int h = 0; h < heads; h++) {
        int from = h * size, to = from + size;
        NDArray kh = ks.get(":, :, {}:{}", from, to);
        NDArray scores = qs.get(":, :, {}:{}", from, to).batchMatMul(kh.transpose(0, 2, 1));
        outs.add(scores.softmax(2).batchMatMul(vs.get(":, :, {}:{}", h * size, (h + 1) * size)));
      }
      return o.forward(ps, new NDList(NDArrays.concat(outs, 2)), training);
      """;

  private static String split(String body) {
    return body.replace(
            "NDArray qs = q.",
            "ShardGroup shards = Shards.group(heads); NDArray qs = shards.column(q).")
        .replace("= k.", "= shards.column(k).")
        .replace("= v.", "= shards.column(v).")
        .replace("h < heads", "h < shards.local(heads)")
        .replace("concat(outs, 2)", "concat(shards.pieces(outs, -1), 2)")
        .replace("concat(outs, -1)", "concat(shards.pieces(outs, -1), -1)")
        .replace("return o.", "return shards.allReduce(shards.row(o).")
        .replace("), training);", "), training));");
  }

  @Test
  void byWindows() {
    Sharded.becomes(LAYERS, WINDOWS, LAYERS, split(WINDOWS));
  }

  @Test
  void byPieces() {
    String body =
        """
        NDList qs = q.forward(ps, in, training).head().split(heads, 2);
        NDList ks = k.forward(ps, in, training).head().split(heads, 2);
        NDList vs = v.forward(ps, in, training).head().split(heads, 2);
        NDList outs = new NDList(heads);
        for (int h = 0; h < heads; h++) {
          NDArray scores = qs.get(h).batchMatMul(ks.get(h).swapAxes(1, 2)).div(Math.sqrt(size));
          outs.add(scores.softmax(-1).matMul(vs.get(h)));
        }
        return o.forward(ps, new NDList(NDArrays.concat(outs, -1)), training);
        """;
    Sharded.becomes(
        LAYERS,
        body,
        LAYERS,
        split(body.replace("NDList qs = q.", "NDArray qs = q."))
            .replace("NDArray qs", "NDList qs")
            .replace("split(heads, 2)", "split(shards.local(heads), 2)"));
  }

  @Test
  void byAnAxisOfHeads() {
    String body =
        """
        long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
        NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, -1);
        NDArray ks = k.forward(ps, in, training).head().reshape(b, s, heads, -1);
        NDArray vs = v.forward(ps, in, training).head().reshape(b, s, heads, -1);
        NDList outs = new NDList();
        for (int h = 0; h < heads; h++) {
          NDArray scores = qs.get(":, :, {}", h).matMul(ks.get(":, :, {}", h).swapAxes(1, 2));
          outs.add(scores.softmax(-1).matMul(vs.get(":, :, {}", h)));
        }
        NDArray out = NDArrays.stack(outs, 2).reshape(b, s, -1);
        return o.forward(ps, new NDList(out), training);
        """;
    Sharded.becomes(
        LAYERS, body, LAYERS, split(body).replace("s, heads, -1", "s, shards.local(heads), -1"));
  }

  @Test
  void aTableOfAllHeadsIsNotIndexedByTheRound() {
    String body = WINDOWS.replace("scores.softmax", "scores.add(in.get(1).get(h)).softmax");
    String last = body.substring(body.indexOf("return o."));
    Sharded.becomes(LAYERS, body, LAYERS, body.replace(last, gathered(last)));
  }

  @Test
  void layersInTheLoopWouldMeetInEachRound() {
    String members = LAYERS.replace("q, k, v, o;", "q, k, v, o;\n  private Dropout drop;");
    String body =
        WINDOWS.replace(
            "scores.softmax(2)",
            "drop.forward(ps, new NDList(scores.softmax(2)), training).head()");
    String last = body.substring(body.indexOf("return o."));
    Sharded.becomes(members, body, members, body.replace(last, gathered(last)));
  }

  @Test
  void headsThatAreLeftOutStayWhole() {
    String body = WINDOWS.replace("int from", "if (training) { continue; }\n  int from");
    String last = body.substring(body.indexOf("return o."));
    Sharded.becomes(LAYERS, body, LAYERS, body.replace(last, gathered(last)));
  }

  @Test
  void aListThatHasSomethingAlreadyIsNoAxisOfHeads() {
    String body = WINDOWS.replace("new NDList();", "new NDList(in.head());");
    String last = body.substring(body.indexOf("return o."));
    Sharded.becomes(LAYERS, body, LAYERS, body.replace(last, gathered(last)));
  }

  @Test
  void otherWindowsThanTheRoundsOwnStayWhole() {
    String body = WINDOWS.replace("int from = h * size", "int from = (heads - 1 - h) * size");
    String last = body.substring(body.indexOf("return o."));
    Sharded.becomes(LAYERS, body, LAYERS, body.replace(last, gathered(last)));
  }

  private static String gathered(String last) {
    return last.replace(
            "return o.", "ShardGroup shards = Shards.group(); return shards.gather(shards.head(o).")
        .replace(" training);", " training));");
  }
}
