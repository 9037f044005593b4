package dev.geminijava.passes.shard;

import org.junit.jupiter.api.Test;

/** Convolutions by output and input channel, with all that lies between. */
class ConvolutionTest {

  @Test
  void aResidualBlockTakesOneAllReduce() {
    String members =
        """
        private final Conv2d first, second;
        private final BatchNorm norm1 = BatchNorm.builder().build();
        private final BatchNorm norm2 = BatchNorm.builder().build();

        Net(int channels) {
          first = addChildBlock("first", conv(channels));
          second = addChildBlock("second", conv(channels));
        }

        private static Conv2d conv(int channels) {
          return Conv2d.builder().setKernelShape(new Shape(3, 3)).optPadding(new Shape(1, 1)).setFilters(channels).build();
        }
        """;
    Sharded.becomes(
        members,
        """
        NDArray x = in.head();
        NDArray y = Activation.relu(norm1.forward(ps, first.forward(ps, in, training), training).head());
        y = norm2.forward(ps, second.forward(ps, new NDList(y), training), training).head();
        return new NDList(Activation.relu(y.add(x)));
        """,
        members,
        """
        NDArray x = in.head();
        ShardGroup shards = Shards.group(); NDArray y = Activation.relu(shards.slice(norm1).forward(ps, shards.column(first).forward(ps, in, training), training).head());
        y = norm2.forward(ps, shards.allReduce(shards.row(second).forward(ps, new NDList(y), training)), training).head();
        return new NDList(Activation.relu(y.add(x)));
        """);
  }

  @Test
  void layersThatAnotherClassMakes() {
    String members =
        """
        private final Conv2d first, second;

        Net(int channels) {
          first = addChildBlock("first", Layers.conv(channels));
          second = addChildBlock("second", Layers.conv(channels));
        }

        static class Layers {
          static Conv2d conv(int channels) {
            return Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(channels).build();
          }
        }
        """;
    Sharded.becomes(
        members,
        """
        NDList x = Activation.relu(first.forward(ps, in, training));
        return second.forward(ps, x, training);
        """,
        members,
        """
        ShardGroup shards = Shards.group(); NDList x = Activation.relu(shards.column(first).forward(ps, in, training));
        return shards.allReduce(shards.row(second).forward(ps, x, training));
        """);
  }

  @Test
  void depthwiseConvolutionsAndPoolingKeepTheChannels() {
    String members =
        """
        private final Conv2d wide = Conv2d.builder().setKernelShape(new Shape(1, 1)).setFilters(32).build();
        private final Conv2d deep = Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(32).optGroups(32).build();
        private final Linear out = Linear.builder().setUnits(10).build();
        """;
    Sharded.becomes(
        members,
        """
        NDArray x = Activation.relu(wide.forward(ps, in, training).head());
        x = deep.forward(ps, new NDList(x), training).head();
        x = Pool.maxPool2d(x, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
        x = Pool.globalAvgPool2d(x);
        return out.forward(ps, new NDList(x), training);
        """,
        members,
        """
        ShardGroup shards = Shards.group(32); NDArray x = Activation.relu(shards.column(wide).forward(ps, in, training).head());
        x = shards.slice(deep).forward(ps, new NDList(x), training).head();
        x = Pool.maxPool2d(x, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
        x = Pool.globalAvgPool2d(x);
        return shards.allReduce(shards.row(out).forward(ps, new NDList(x), training));
        """);
  }

  @Test
  void channelsThatAreFlattenedFirstStayInOnePiece() {
    String members =
        """
        private final Conv2d conv = Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(8).build();
        private final Linear out = Linear.builder().setUnits(10).build();
        """;
    Sharded.becomes(
        members,
        """
        NDArray x = conv.forward(ps, in, training).head().tanh();
        return out.forward(ps, new NDList(x.reshape(x.getShape().get(0), -1)), training);
        """,
        members,
        """
        ShardGroup shards = Shards.group(8); NDArray x = shards.column(conv).forward(ps, in, training).head().tanh();
        return shards.allReduce(shards.row(out).forward(ps, new NDList(x.reshape(x.getShape().get(0), -1)), training));
        """);
  }

  @Test
  void aNormOverTheLastAxisNeedsAllOfIt() {
    String members =
        """
        private final Linear wide = Linear.builder().setUnits(8).build();
        private final LayerNorm norm = LayerNorm.builder().build();
        private final Linear out = Linear.builder().setUnits(10).build();
        """;
    Sharded.stays(
            members,
            """
            return out.forward(ps, norm.forward(ps, wide.forward(ps, in, training), training), training);
            """)
        .notes(
            "whole-layer",
            "norm.forward(ps, wide.forward(ps, in, training), training)",
            "whole-layer",
            "out.forward(ps, norm.forward(ps, wide.forward(ps, in, training), training), training)");
  }
}
