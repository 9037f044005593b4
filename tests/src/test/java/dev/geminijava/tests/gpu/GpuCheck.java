package dev.geminijava.tests.gpu;

import ai.djl.Device;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.device.Chain;
import dev.geminijava.runtime.device.CopySpeed;
import dev.geminijava.runtime.device.Gpu;
import dev.geminijava.runtime.device.Inventory;
import dev.geminijava.runtime.device.Link;
import dev.geminijava.runtime.text.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every check and measurement that needs GPUs, in one table. What cannot run says what is missing;
 * what needs no GPU, or no libtorch, runs all the same.
 */
public final class GpuCheck {

  private static final double TOLERANCE = 1e-3;
  private static final int WARM_UP = 5;
  private static final int TIMED = 15;
  private static final int LONG_RUN = 200;

  private final List<Row> rows = new ArrayList<>();
  private final List<Gpu> gpus = Inventory.detect().gpus();
  private final Optional<String> noLibtorch =
      firstWrong(Chain.toCpu(System.getenv())).map(words -> "no libtorch: " + words);
  private final Optional<String> noGpu =
      firstWrong(Chain.toGpus(System.getenv()).subList(0, 2)).map(words -> "no GPU: " + words);
  private final Optional<String> noTraining =
      Stream.of(
              noGpu,
              noLibtorch,
              firstWrong(Chain.toGpus(System.getenv())).map(words -> "no CUDA: " + words))
          .flatMap(Optional::stream)
          .findFirst();

  private GpuCheck() {}

  /** Runs everything and prints the table; ends with 1 if something failed. */
  public static void main(String[] args) {
    GpuCheck check = new GpuCheck();
    check.run();
    check.print();
    System.exit(check.rows.stream().anyMatch(row -> row.verdict() == Row.Verdict.BAD) ? 1 : 0);
  }

  private static Optional<String> firstWrong(List<Link> links) {
    return links.stream().filter(link -> !link.isGood()).map(Link::inWords).findFirst();
  }

  private void run() {
    add(Optional.empty(), "copies, virtual devices", "", () -> copiesOnHost());
    for (ParallelMode mode : modes()) {
      String apart = "transparency, " + mode + ", apart:" + ranks(mode);
      add(
          noLibtorch,
          apart,
          "equal",
          () -> transparency(apart, mode, "apart:" + ranks(mode), cpu()));
    }
    add(noGpu, "copies, GPUs", ">= 0.9 of plain", () -> copiesOnGpus());
    for (ParallelMode mode : modes()) {
      String devices = devices(ranks(mode));
      String what = "transparency, " + mode + ", " + devices;
      add(noTraining, what, "equal", () -> transparency(what, mode, devices, cpu()));
    }
    add(noTraining, "BERT-Large, degree 1", "<= 1.01 x plain DJL", () -> degreeOne());
    add(noTraining, "BERT-Large, 2 stages on one GPU", "<= 1.08 x plain DJL", () -> twoStages());
    add(noTraining, "BERT-Large, bf16", "", () -> shortFactors());
    add(noTraining, "overlap", "", () -> overlap());
    add(noTraining, "memory per rank", "", () -> memory());
    add(noTraining, LONG_RUN + " steps", "no growth", () -> growth());
  }

  private static List<ParallelMode> modes() {
    return List.of(
        ParallelMode.PIPELINE, ParallelMode.SHARDING, ParallelMode.SHARDING_AND_PIPELINE);
  }

  private static int ranks(ParallelMode mode) {
    return mode == ParallelMode.SHARDING_AND_PIPELINE ? 4 : 2;
  }

  private static Device cpu() {
    return Device.cpu();
  }

  /** So many ranks on all GPUs in turn; with one GPU, all on it. */
  private String devices(int ranks) {
    int count = Math.max(1, gpus.size());
    return IntStream.range(0, ranks)
        .mapToObj(rank -> String.valueOf(rank % count))
        .collect(Collectors.joining(",", "gpu:", ""));
  }

  private void add(
      Optional<String> obstacle, String what, String target, Callable<List<Row>> check) {
    if (obstacle.isPresent()) {
      rows.add(Row.notRun(what, obstacle.get(), target));
      return;
    }
    System.out.println("… " + what);
    try {
      rows.addAll(check.call());
    } catch (Exception | LinkageError e) {
      String first = String.valueOf(e).lines().findFirst().orElse("");
      rows.add(Row.judged(what, false, first, target));
    }
  }

  private static List<Row> copiesOnHost() {
    return List.of(Row.measured("copies, virtual devices", CopySpeed.onHost().toString()));
  }

  private List<Row> copiesOnGpus() {
    return CopySpeed.onGpus(gpus).stream()
        .map(
            speed ->
                Row.judged(
                    "copies, " + speed.from() + " to " + speed.to(),
                    speed.ratio() >= 0.9,
                    speed.toString(),
                    ">= 0.9 of plain"))
        .toList();
  }

  private static GeminiConfig config(ParallelMode mode, String devices) {
    return builder(mode, devices).build();
  }

  private static GeminiConfig.Builder builder(ParallelMode mode, String devices) {
    return GeminiConfig.builder().mode(mode).devices(devices).quiet(true);
  }

  private static List<Row> transparency(
      String what, ParallelMode mode, String devices, Device program) {
    Map<String, float[]> one =
        trained(GeminiConfig.builder().mode(ParallelMode.NONE).build(), program);
    Map<String, float[]> many = trained(config(mode, devices), program);
    double worst =
        one.keySet().stream()
            .mapToDouble(name -> distance(one.get(name), many.get(name)))
            .max()
            .orElseThrow();
    String result = String.format(Locale.ROOT, "parameters differ by %.1e after 4 steps", worst);
    return List.of(Row.judged(what, worst < TOLERANCE, result, "equal"));
  }

  private static Map<String, float[]> trained(GeminiConfig config, Device program) {
    try (Sample sample = new Sample(Sample.Size.TINY, config, program)) {
      for (int i = 0; i < 4; i++) {
        sample.step();
      }
      return sample.parameters();
    }
  }

  private static double distance(float[] a, float[] b) {
    double largest = 0;
    double apart = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i]));
      apart = Math.max(apart, Math.abs(a[i] - b[i]));
      if (Float.isNaN(a[i]) || Float.isNaN(b[i])) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return apart / Math.max(largest, TOLERANCE);
  }

  private List<Row> degreeOne() {
    return ratio("BERT-Large, degree 1", config(ParallelMode.AUTO, "gpu:0"), 1.01);
  }

  private List<Row> twoStages() {
    return ratio("BERT-Large, 2 stages on one GPU", config(ParallelMode.PIPELINE, "gpu:0,0"), 1.08);
  }

  private static List<Row> shortFactors() {
    String what = "BERT-Large, bf16";
    GeminiConfig config = builder(ParallelMode.AUTO, "gpu:0").precision(Precision.BF16).build();
    return ratio(config, (result, ratio) -> Row.measured(what, result));
  }

  private static List<Row> ratio(String what, GeminiConfig config, double target) {
    return ratio(
        config,
        (result, ratio) ->
            Row.judged(what, ratio <= target, result, "<= " + target + " x plain DJL"));
  }

  /** Against plain DJL on the same GPU, in turns. */
  private static List<Row> ratio(GeminiConfig config, BiFunction<String, Double, Row> row) {
    GeminiConfig none = GeminiConfig.builder().mode(ParallelMode.NONE).build();
    try (Sample plain = new Sample(Sample.Size.LARGE, none, Device.gpu(0));
        Sample ours = new Sample(Sample.Size.LARGE, config, Device.gpu(0))) {
      List<Double> plainMillis = new ArrayList<>();
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < WARM_UP + TIMED; i++) {
        plainMillis.add(plain.step());
        millis.add(ours.step());
      }
      double ratio = median(millis) / median(plainMillis);
      String result =
          String.format(
              Locale.ROOT,
              "%.1f ms, plain %.1f ms: %.3f",
              median(millis),
              median(plainMillis),
              ratio);
      return List.of(row.apply(result, ratio));
    }
  }

  private static double median(List<Double> millis) {
    List<Double> sorted = millis.subList(WARM_UP, millis.size()).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private List<Row> overlap() throws IOException {
    if (gpus.size() < 2) {
      return List.of(
          Row.notRun("overlap", "one GPU: stages of one GPU hand over without copying", ""));
    }
    Path trace = Files.createTempFile("gpu-check", ".json");
    GeminiConfig config =
        builder(ParallelMode.PIPELINE, devices(2)).microBatches(4).trace(trace).build();
    try (Sample sample = new Sample(Sample.Size.LARGE, config, Device.cpu())) {
      for (int i = 0; i < WARM_UP; i++) {
        sample.step();
      }
    }
    return List.of(
        Row.measured(
            "overlap",
            String.format(Locale.ROOT, "%.0f%% of copy time hidden", 100 * Overlap.hidden(trace))));
  }

  private List<Row> memory() {
    List<Gpu> before = Inventory.detect().gpus();
    try (Sample sample =
        new Sample(Sample.Size.LARGE, config(ParallelMode.PIPELINE, devices(2)), Device.cpu())) {
      for (int i = 0; i < WARM_UP; i++) {
        sample.step();
      }
      List<Gpu> after = Inventory.detect().gpus();
      return IntStream.range(0, before.size())
          .mapToObj(
              i ->
                  Row.measured(
                      "memory, BERT-Large, 2 stages, gpu:" + i,
                      ByteSize.format(
                          Math.max(0, before.get(i).freeBytes() - after.get(i).freeBytes()))))
          .toList();
    }
  }

  private List<Row> growth() {
    try (Sample sample =
        new Sample(
            Sample.Size.TINY, config(ParallelMode.SHARDING_AND_PIPELINE, devices(4)), cpu())) {
      for (int i = 0; i < LONG_RUN / 4; i++) {
        sample.step();
      }
      long early = free();
      for (int i = LONG_RUN / 4; i < LONG_RUN; i++) {
        sample.step();
      }
      long grown = early - free();
      return List.of(
          Row.judged(
              LONG_RUN + " steps",
              grown <= 0,
              grown <= 0 ? "no growth" : "grew by " + ByteSize.format(grown),
              "no growth"));
    }
  }

  private static long free() {
    return Inventory.detect().gpus().stream().mapToLong(Gpu::freeBytes).sum();
  }

  private void print() {
    Inventory inventory = Inventory.detect();
    System.out.println();
    System.out.println(inventory.toTable());
    System.out.println();
    int what = rows.stream().mapToInt(row -> row.what().length()).max().orElse(0);
    int verdict = rows.stream().mapToInt(row -> row.verdict().toString().length()).max().orElse(0);
    for (Row row : rows) {
      System.out.println(
          pad(row.what(), what)
              + "  "
              + pad(row.verdict().toString(), verdict)
              + "  "
              + row.result()
              + (row.target().isEmpty() || row.verdict() == Row.Verdict.NOT_RUN
                  ? ""
                  : "  (wanted: " + row.target() + ")"));
    }
    long run = rows.stream().filter(row -> row.verdict() != Row.Verdict.NOT_RUN).count();
    System.out.printf(
        Locale.ROOT,
        "%n%s: %d of %d ran%n",
        LocalDate.now(ZoneId.systemDefault()),
        run,
        rows.size());
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
