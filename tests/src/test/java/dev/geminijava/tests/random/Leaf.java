package dev.geminijava.tests.random;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A layer or a lambda without blocks inside.
 *
 * @param kind which
 * @param size units, filters or state
 * @param variant a small number: with bias or not, which curve, how written
 */
record Leaf(Kind kind, int size, int variant) implements Part {

  /** The layers. */
  enum Kind {
    LINEAR,
    CURVE,
    LAYER_NORM,
    BATCH_NORM,
    DROPOUT_0,
    FLATTEN,
    CONV,
    CONV_1D,
    POOL,
    GLOBAL_POOL,
    LSTM,
    GRU,
    EMBEDDING,
    MEAN_OVER_SEQUENCE,
    FIRST_OF_SEQUENCE,
    SWAP
  }

  static Leaf linear(int units) {
    return new Leaf(Kind.LINEAR, units, 0);
  }

  @Override
  public Form output(Form in) {
    return switch (kind) {
      case LINEAR -> in.withWidth(size);
      case CURVE, DROPOUT_0 -> same(in, in.axes().size() > 0);
      case LAYER_NORM -> same(in, in.axes().size() < 3 && in.width() > 1);
      case BATCH_NORM -> same(in, in.axes().size() != 2);
      case FLATTEN -> Form.floats(in.axes().stream().reduce(1, Math::multiplyExact));
      case CONV -> convolved(in, size, padding(), 1 + (variant & 1));
      case CONV_1D -> {
        List<Integer> axes = in.axes(2);
        yield Form.floats(size, axes.get(1));
      }
      case POOL -> {
        Misfit.unless(in.axes(3).get(1) > 1 && in.axes().get(2) > 1, "too small to pool: " + in);
        yield Form.floats(in.axes().get(0), in.axes().get(1) / 2, in.axes().get(2) / 2);
      }
      case GLOBAL_POOL -> Form.floats(in.axes(3).get(0));
      case LSTM, GRU -> Form.floats(in.axes(2).get(0), size);
      case EMBEDDING -> {
        Misfit.unless(
            in.samples().size() == 1 && in.samples().get(0).vocabulary() > 0, "numbers: " + in);
        yield Form.floats(in.samples().get(0).axes().get(0), size);
      }
      case MEAN_OVER_SEQUENCE, FIRST_OF_SEQUENCE -> Form.floats(in.axes(2).get(1));
      case SWAP -> Form.floats(in.axes(2).get(1), in.axes().get(0));
    };
  }

  private static Form same(Form in, boolean fits) {
    Misfit.unless(fits, "not for " + in);
    return in;
  }

  // Kernels of 3, with padding or without.
  private int padding() {
    return (variant >> 1) & 1;
  }

  private static Form convolved(Form in, int filters, int padding, int stride) {
    List<Integer> axes = in.axes(3);
    int height = (axes.get(1) + 2 * padding - 3) / stride + 1;
    int width = (axes.get(2) + 2 * padding - 3) / stride + 1;
    Misfit.unless(axes.get(1) + 2 * padding >= 3, "too small for a kernel: " + in);
    Misfit.unless(axes.get(2) + 2 * padding >= 3, "too small for a kernel: " + in);
    return Form.floats(filters, height, width);
  }

  @Override
  public String create(SourceText source, Form in) {
    return switch (kind) {
      case LINEAR -> "Linear.builder().setUnits(" + size + ")" + bias() + ".build()";
      case CURVE ->
          curve() == Curve.RELU
              ? "Activation.reluBlock()"
              : "new LambdaBlock(list -> new NDList(%s))".formatted(curve().of("list.head()"));
      case LAYER_NORM ->
          "LayerNorm.builder()" + (in.axes().size() == 2 ? ".axis(2)" : "") + ".build()";
      case BATCH_NORM -> "BatchNorm.builder().build()";
      case DROPOUT_0 -> "Dropout.builder().optRate(0f).build()";
      case FLATTEN -> "Blocks.batchFlattenBlock()";
      case CONV ->
          "Conv2d.builder().setFilters(%d).setKernelShape(new Shape(3, 3))%s%s.build()"
              .formatted(
                  size,
                  padding() == 1 ? ".optPadding(new Shape(1, 1))" : "",
                  (variant & 1) == 1 ? ".optStride(new Shape(2, 2))" : "");
      case CONV_1D ->
          "Conv1d.builder().setFilters(%d).setKernelShape(new Shape(3)).optPadding(new Shape(1)).build()"
              .formatted(size);
      case POOL ->
          "Pool.%sPool2dBlock(new Shape(2, 2), new Shape(2, 2))"
              .formatted((variant & 1) == 1 ? "avg" : "max");
      case GLOBAL_POOL ->
          (variant & 1) == 1
              ? "Pool.globalAvgPool2dBlock()"
              : "new LambdaBlock(list -> new NDList(list.head().mean(new int[] {3}).mean(new int[] {2})))";
      case LSTM, GRU ->
          "%s.builder().setStateSize(%d).setNumLayers(%d).build()"
              .formatted(kind, size, 1 + (variant & 1));
      case EMBEDDING -> embedding(source, in);
      case MEAN_OVER_SEQUENCE ->
          "new LambdaBlock(list -> new NDList(list.head().mean(new int[] {1})))";
      case FIRST_OF_SEQUENCE -> "new LambdaBlock(list -> new NDList(list.head().get(\":, 0\")))";
      case SWAP -> "new LambdaBlock(list -> new NDList(list.head().transpose(0, 2, 1)))";
    };
  }

  private String embedding(SourceText source, Form in) {
    int vocabulary = in.samples().get(0).vocabulary();
    if ((variant & 1) == 1) {
      return ("TrainableWordEmbedding.builder().setEmbeddingSize(%d).optUseDefault(false)"
              + ".setVocabulary(new DefaultVocabulary(List.of(%s))).build()")
          .formatted(size, words(vocabulary));
    }
    return source.block(
        this,
        in,
        "Lookup",
        "Vectors of tokens.",
        Manner.PLAIN,
        text -> {
          text.parameter("table", "WEIGHT", vocabulary + ", " + size);
          text.line("NDArray tokens = inputs.head();");
          text.line("NDArray vectors = ps.getValue(table, tokens.getDevice(), training);");
          text.line("return Embedding.embedding(tokens, vectors, SparseFormat.DENSE);");
        });
  }

  private static String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + (char) ('a' + i) + "\"")
        .collect(Collectors.joining(", "));
  }

  Curve curve() {
    List<Curve> curves = List.of(Curve.values());
    return curves.get(variant % curves.size());
  }

  private String bias() {
    return (variant & 1) == 1 ? ".optBias(false)" : "";
  }

  @Override
  public String chained(SourceText source, Form in) {
    if (kind == Kind.CURVE && (variant / Curve.values().length) % 2 == 1) {
      return ".addSingleton(x -> " + curve().of("x") + ")";
    }
    String created = create(source, in);
    return ".add("
        + (created.startsWith("new LambdaBlock(")
            ? created.substring("new LambdaBlock(".length(), created.length() - 1)
            : created)
        + ")";
  }

  @Override
  public Stream<Part> simpler() {
    Stream.Builder<Part> simpler = Stream.builder();
    if (variant != 0) {
      simpler.add(new Leaf(kind, size, 0));
    }
    for (int less : new int[] {2, size / 2, size - 1}) {
      if (less > 0 && less < size) {
        simpler.add(new Leaf(kind, less, variant));
      }
    }
    return simpler.build();
  }

  @Override
  public boolean singlePrecision() {
    return kind == Kind.LSTM || kind == Kind.GRU;
  }

  @Override
  public boolean extendsItsList() {
    return kind == Kind.LSTM || kind == Kind.GRU;
  }

  @Override
  public boolean couplesSamples() {
    return kind == Kind.BATCH_NORM;
  }
}
