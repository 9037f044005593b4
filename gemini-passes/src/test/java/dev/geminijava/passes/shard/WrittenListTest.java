package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Loops over a few values that are written out. */
class WrittenListTest {

  private static final String LAYERS =
      """
      private final Linear q, k, v, o;
      private final int dim, heads;

      Net(int dim, int heads) {
        this.dim = dim;
        this.heads = heads;
        q = addChildBlock("q", Linear.builder().setUnits(dim).build());
        k = addChildBlock("k", Linear.builder().setUnits(dim).build());
        v = addChildBlock("v", Linear.builder().setUnits(dim).build());
        o = addChildBlock("o", Linear.builder().setUnits(dim).build());
      }
      """;

  private static final String BODY =
      """
      long b = in.head().getShape().get(0), s = in.head().getShape().get(1);
      NDList parts = new NDList();
      for (NDArray part : LIST) {
        parts.add(part.reshape(b, s, heads, dim / heads).swapAxes(1, 2));
      }
      NDArray scores = parts.get(0).matMul(parts.get(1).swapAxes(2, 3)).softmax(3);
      NDArray y = scores.matMul(parts.get(2)).swapAxes(1, 2).reshape(b, s, dim);
      return o.forward(ps, new NDList(y), training);
      """;

  private static String list(String open, String close) {
    return open
        + "Q.forward(ps, in, training).head(), K.forward(ps, in, training).head(), "
        + "V.forward(ps, in, training).head()"
        + close;
  }

  private static String before(String open, String close) {
    return BODY.replace(
        "LIST", list(open, close).replace("Q.", "q.").replace("K.", "k.").replace("V.", "v."));
  }

  private static String after(String open, String close) {
    return BODY.replace(
            "LIST",
            list(open, close)
                .replace("Q.", "shards.column(q).")
                .replace("K.", "shards.column(k).")
                .replace("V.", "shards.column(v)."))
        .replace("for (", "ShardGroup shards = Shards.group(heads); for (")
        .replace("s, heads,", "s, shards.local(heads),")
        .replace("s, dim)", "s, shards.local(dim))")
        .replace(
            "return o.forward(ps, new NDList(y), training)",
            "return shards.allReduce(shards.row(o).forward(ps, new NDList(y), training))");
  }

  @Test
  void aListIsWalkedAsIfItWereWrittenThrice() {
    Sharded.becomes(LAYERS, before("List.of(", ")"), LAYERS, after("List.of(", ")"));
  }

  @Test
  void anArrayAndAnNdListToo() {
    String array = "new NDArray[] {";
    Sharded.becomes(LAYERS, before(array, "}"), LAYERS, after(array, "}"));
    String list = "new NDList(";
    Sharded.becomes(LAYERS, before(list, ")"), LAYERS, after(list, ")"));
  }

  @Test
  void oneBodyCannotServeWhatIsSplitAndWhatIsNot() {
    String body =
        before("List.of(", ")").replace("v.forward(ps, in, training).head()", "in.get(1)");
    Sharded.stays(LAYERS, body);
  }
}
