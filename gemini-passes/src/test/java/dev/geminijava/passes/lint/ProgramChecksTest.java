package dev.geminijava.passes.lint;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is found outside of forward code, and what degrees bring to light. */
class ProgramChecksTest {

  private static Linting main(String body) {
    return main(Degrees.UNKNOWN, body);
  }

  private static Linting main(Degrees degrees, String body) {
    return Linting.classes(degrees, "class Main {\n" + body + "\n}\n");
  }

  @Nested
  class FixedDevice {

    @Test
    void modelsConfigurationsAndMovedValues() {
      main("""
          Model model = Model.newInstance("net", Device.cpu());
          TrainingConfig config(Loss loss) {
            return new DefaultTrainingConfig(loss).optDevices(new Device[] {Device.of("gpu", 1)});
          }
          Block block = new LambdaBlock(
              list -> new NDList(list.head().toDevice(Device.gpu(), false)));
          """)
          .finds("fixed-device", "Device.cpu()", "Device.of(\"gpu\", 1)", "Device.gpu()");
    }

    @Test
    void aVariableIsWhatItIsSetTo() {
      main("""
          static final Device FIRST = Device.gpu(0);
          Model one() { return Model.newInstance("one", FIRST); }
          Model two() { Device second = Device.of("gpu", 1); return Model.newInstance("two", second); }
          Model three(Device any) { return Model.newInstance("three", any); }
          """)
          .finds("fixed-device", "Device.gpu(0)", "Device.of(\"gpu\", 1)");
    }

    @Test
    void whatTheMachineDecidesOrOnlyReadsIsFine() {
      main("""
          Device device = Engine.getInstance().getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
          Model model = Model.newInstance("net", Engine.getInstance().getGpuCount() > 0
              ? Device.gpu(0) : Device.cpu());
          boolean isCpu(Device d) { return d.equals(Device.cpu()); }
          float[] read(NDArray x) { return x.toDevice(Device.cpu(), true).toFloatArray(); }
          NDManager host() { return NDManager.newBaseManager(Device.cpu()); }
          Device named(int i) { return Device.gpu(i); }
          """)
          .finds("fixed-device");
    }
  }

  @Nested
  class SymbolBlocks {

    @Test
    void madeOrTakenForOne() {
      main("""
          SymbolBlock made(NDManager manager) { return SymbolBlock.newInstance(manager); }
          Block body(Model model) { return ((SymbolBlock) model.getBlock()); }
          """)
          .finds(
              "symbol-block", "SymbolBlock.newInstance(manager)", "(SymbolBlock) model.getBlock()");
    }

    @Test
    void codeThatCopesWithBothIsFine() {
      main("""
          void trim(Block block) {
            if (block instanceof SymbolBlock) {
              ((SymbolBlock) block).removeLastBlock();
            }
          }
          """)
          .finds("symbol-block");
    }
  }

  @Nested
  class Losses {

    @Test
    void byTheTypeOfWhatIsGivenOrOfWhatTheVariableIsSetTo() {
      main("""
          TrainingConfig masked() {
            Loss loss = Loss.maskedSoftmaxCrossEntropyLoss();
            return new DefaultTrainingConfig(loss);
          }
          TrainingConfig mean() {
            Loss loss = Loss.softmaxCrossEntropyLoss();
            return new DefaultTrainingConfig(loss);
          }
          TrainingConfig unknown(Loss loss) { return new DefaultTrainingConfig(loss); }
          TrainingConfig direct() { return new DefaultTrainingConfig(Loss.l1Loss()); }
          """)
          .finds("loss-not-mean", "loss");
    }
  }

  @Nested
  class Unclosed {

    @Test
    void nobodyCloses() {
      main("""
          float first() {
            NDManager manager = NDManager.newBaseManager();
            return manager.ones(new Shape(2)).getFloat(0);
          }
          void step(Trainer trainer, NDArray loss) {
            GradientCollector collector = Engine.getInstance().newGradientCollector();
            collector.backward(loss);
          }
          void loop(NDManager parent) {
            for (int i = 0; i < 100; i++) {
              NDManager turn = parent.newSubManager();
              turn.create(i);
            }
          }
          """)
          .finds(
              "unclosed",
              "NDManager.newBaseManager()",
              "Engine.getInstance().newGradientCollector()",
              "parent.newSubManager()");
    }

    @Test
    void somebodyElseMayClose() {
      main("""
          NDManager kept;
          class Owner implements AutoCloseable {
            final NDManager manager;
            Owner(NDManager manager) { this.manager = manager; }
            @Override public void close() { manager.close(); }
          }
          NDArray below(NDManager parent) { NDManager m = parent.newSubManager(); return m.create(1); }
          NDManager returned() { NDManager m = NDManager.newBaseManager(); return m; }
          void field() { NDManager m = NDManager.newBaseManager(); kept = m; }
          Owner owned() { NDManager m = NDManager.newBaseManager(); return new Owner(m); }
          void closed() { NDManager m = NDManager.newBaseManager(); try { m.cap(); } finally { m.close(); } }
          void later() {
            NDManager m = NDManager.newBaseManager();
            Runtime.getRuntime().addShutdownHook(new Thread(m::close));
          }
          void resource() { NDManager m = NDManager.newBaseManager(); try (m) { m.cap(); } }
          """)
          .finds("unclosed");
    }
  }

  @Nested
  class SeveralCollectors {

    @Test
    void anotherMethodMayOpenTheSecond() {
      main("""
          void step(Trainer trainer, Batch batch) throws Exception {
            try (GradientCollector collector = trainer.newGradientCollector()) {
              EasyTrain.trainBatch(trainer, batch);
              penalty(trainer);
            }
          }
          void penalty(Trainer trainer) {
            try (GradientCollector own = trainer.newGradientCollector()) {
              own.zeroGradients();
            }
          }
          """)
          .finds("several-collectors", "EasyTrain.trainBatch(trainer, batch)", "penalty(trainer)");
    }

    @Test
    void variablesAreOpenUntilTheyAreClosed() {
      main("""
          void both(Trainer trainer) {
            GradientCollector one = trainer.newGradientCollector();
            GradientCollector two = Engine.getInstance().newGradientCollector();
            one.close();
            two.close();
          }
          void turns(Trainer trainer) {
            GradientCollector one = trainer.newGradientCollector();
            one.close();
            GradientCollector two = trainer.newGradientCollector();
            two.close();
          }
          """)
          .finds("several-collectors", "Engine.getInstance().newGradientCollector()");
    }

    @Test
    void oneAfterTheOtherIsFine() {
      main("""
          void step(Trainer trainer) {
            try (GradientCollector one = trainer.newGradientCollector()) {
              one.zeroGradients();
            }
            try (GradientCollector two = trainer.newGradientCollector()) {
              two.zeroGradients();
            }
          }
          """)
          .finds("several-collectors");
    }
  }

  @Nested
  class WithDegrees {

    private static final String SIZES =
        """
        static final int HEADS = 2 * 3;
        Block few = ScaledDotProductAttentionBlock.builder()
            .setEmbeddingSize(96).setHeadCount(3).build();
        Block some = new TransformerEncoderBlock(96, HEADS, 384, 0.1f, Activation::relu);
        Block layer(int n) {
          return Linear.builder().setUnits(n).build();
        }
        Block classes = Linear.builder().setUnits(1001).build();
        Block channels =
            Conv2d.builder().setFilters(30).setKernelShape(new Shape(3, 3)).build();
        """;

    @Test
    void sizesThatDoNotDivide() {
      main(Linting.degrees(4, 0, 0), SIZES)
          .finds("does-not-divide", "3", "HEADS", "1001", "30")
          .says(
              "does-not-divide",
              "3 heads do not divide by 4 shards: what they belong to is not split");
      main(Linting.degrees(3, 0, 0), SIZES).finds("does-not-divide", "1001");
      main(SIZES).finds("does-not-divide");
    }

    private static final String CONFIGURED =
        """
        static final class Config {
          final int heads;
          final int[] widths;
          Config(int heads, int... widths) {
            this.heads = heads;
            this.widths = widths;
          }
        }
        static class Attention extends AbstractBlock {
          final int headCount;
          Attention(Config config) {
            headCount = config.heads;
            for (int width : config.widths) {
              addChildBlock("layer" + width, Linear.builder().setUnits(width).build());
            }
          }
          @Override
          protected NDList forwardInternal(
              ParameterStore store, NDList in, boolean training, PairList<String, Object> more) {
            return in;
          }
          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }
        static void train(Model model) {
          model.setBlock(new Attention(new Config(6, 64, 90, 96)));
        }
        """;

    @Test
    void headsThatAForwardPassReadsOffItsConfiguration() {
      String members =
          """
          static class Config { int nHeads = 8; }
          final Config config;
          Net(Config config) { this.config = config; }
          static void use(Model model) {
            Config small = new Config();
            small.nHeads = 6;
            model.setBlock(new Net(small));
          }
          """;
      String body =
          """
          NDArray q = a.forward(store, inputs, training).head().reshape(-1, config.nHeads, 4);
          NDArray k = b.forward(store, inputs, training).head().reshape(-1, config.nHeads, 4);
          return new NDList(q.mul(k));
          """;
      Linting.forward(Linting.degrees(4, 0, 0), members, body)
          .finds("does-not-divide", "config.nHeads");
      Linting.forward(Linting.degrees(3, 0, 0), members, body.replace("8", "6"))
          .says(
              "does-not-divide",
              "8 units do not divide by 3 shards: a rank has up to 3, 12% more than an even share,"
                  + " and the others wait for it");
    }

    /** The text does not say what a field of a configuration is, or each round of a loop. */
    @Test
    void sizesThatTheProgramComputes() {
      main(Linting.degrees(4, 0, 0), CONFIGURED)
          .finds("does-not-divide", "headCount", "width")
          .says(
              "does-not-divide",
              "6 heads do not divide by 4 shards: a rank has up to 2, 33% more than an even share,"
                  + " and the others wait for it");
      main(Linting.degrees(4, 0, 0), CONFIGURED.replace("Config(6", "Config(8"))
          .says(
              "does-not-divide",
              "90 units (of 64, 90, 96) do not divide by 4 shards: a rank has up to 23, 2% more"
                  + " than an even share, and the others wait for it");
      main(Linting.degrees(2, 0, 0), CONFIGURED).finds("does-not-divide");
    }

    private static final String BY_HAND =
        """
        static class Attention extends AbstractBlock {
          final int numHeads;
          final Block query;
          Attention(int numHeads, int width) {
            this.numHeads = numHeads;
            query = addChildBlock("query", Linear.builder().setUnits(2 * width).build());
          }
          @Override
          protected NDList forwardInternal(
              ParameterStore store, NDList in, boolean training, PairList<String, Object> more) {
            return query.forward(store, in, training);
          }
          @Override
          public Shape[] getOutputShapes(Shape[] shapes) {
            return shapes;
          }
        }
        """;

    @Test
    void sizesThatEveryCallOfTheConstructorGives() {
      main(
              Linting.degrees(4, 0, 0),
              BY_HAND + "Object a = new Attention(6, 9), b = new Attention(6, 9);")
          .finds("does-not-divide", "numHeads", "2 * width");
      main(
              Linting.degrees(4, 0, 0),
              BY_HAND + "Object a = new Attention(6, 9), b = new Attention(8, 9);")
          .finds("does-not-divide", "2 * width");
    }

    @Test
    void batchNormMattersWhereBatchesAreDivided() {
      String block = "Block block = BatchNorm.builder().build();";
      main(Linting.degrees(4, 0, 0), block).finds("batch-norm");
      main(Linting.degrees(0, 2, 0), block)
          .says(
              "batch-norm",
              "normalises over the batch, so batches stay whole and 2 stages of a pipeline take"
                  + " turns");
      main(Linting.degrees(0, 2, 4), block)
          .says("batch-norm", "normalises over each of 4 micro-batches, not over the batch");
    }

    @Test
    void blocksOfTheLibraryHaveBatchNormInside() {
      main("""
          Block layer = new TransformerEncoderBlock(8, 2, 16, 0.1f, Activation::relu);
          Block bert = BertBlock.builder().nano().setTokenDictionarySize(8).build();
          Block linear = Linear.builder().setUnits(8).build();
          """)
          .finds(
              "batch-norm",
              "new TransformerEncoderBlock(8, 2, 16, 0.1f, Activation::relu)",
              "BertBlock.builder().nano().setTokenDictionarySize(8).build()");
    }

    @Test
    void aSkipCountsInStages() {
      String body =
          """
          NDList early = a.forward(store, inputs, training);
          NDList x = b.forward(store, early, training);
          NDList y = a.forward(store, x, training);
          NDList z = b.forward(store, y, training);
          return new NDList(z.head().add(early.head()), y.head());
          """;
      String early = "NDList early = a.forward(store, inputs, training);";
      String use = "static void use(Model model) { model.setBlock(new Net()); }";
      Linting.forward(Linting.degrees(0, 4, 0), use, body).finds("long-skip", early);
      Linting.forward(Linting.degrees(0, 2, 0), use, body).finds("long-skip");
      Linting.forward(Linting.degrees(0, 4, 0), "", body).finds("long-skip");
    }

    /** Each stage hands on what the next one uses: nothing is skipped. */
    @Test
    void aValueThatEveryLayerUsesSkipsNone() {
      String body =
          """
          NDArray mask = inputs.head().gt(0);
          NDArray x = inputs.head();
          for (int i = 0; i < 8; i++) {
            x = a.forward(store, new NDList(x.mul(mask)), training).head();
          }
          return new NDList(x);
          """;
      String use = "static void use(Model model) { model.setBlock(new Net()); }";
      Linting.forward(Linting.degrees(0, 4, 0), use, body).finds("long-skip");
    }

    /** Skips of a U-Net, kept in a queue between two loops, one of them by a helper method. */
    @Test
    void skipsAreFollowedThroughLoopsAndMethods() {
      String members =
          """
          static void use(Model model) { model.setBlock(new Net()); }
          private NDArray down(ParameterStore store, NDArray x, boolean training) {
            return a.forward(store, new NDList(x), training).head();
          }
          """;
      String body =
          """
          Deque<NDArray> skips = new ArrayDeque<>();
          NDArray x = inputs.head();
          for (int i = 0; i < 4; i++) {
            x = down(store, x, training);
            skips.push(x);
          }
          for (int i = 0; i < 4; i++) {
            x = b.forward(store, new NDList(x), training).head().add(skips.pop());
          }
          return new NDList(x);
          """;
      Linting.forward(Linting.degrees(0, 4, 0), members, body)
          .finds("long-skip", "a.forward(store, new NDList(x), training)")
          .says(
              "long-skip",
              "what is made here is used again on line 33: with 4 stages it leaves stage 0 and is"
                  + " needed in stage 3, so every micro-batch keeps it all that time");
      Linting.forward(Linting.degrees(0, 4, 0), members, body.replace("add(skips.pop())", "tanh()"))
          .finds("long-skip");
    }
  }
}
