package dev.geminijava.cli.plan;

import dev.geminijava.cli.plan.Prediction.Subject;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.passes.shard.search.Cost;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.schedule.ScheduleType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Models as lists of work, and predictions of them. */
final class Models {

  private static final List<LayerChoice.Alternative> WAYS =
      List.of(
          new LayerChoice.Alternative("column", new Cost(13e-3, 1e-3, 4 << 20, 0)),
          new LayerChoice.Alternative("row", new Cost(13e-3, 2e-3, 8 << 20, 0)),
          new LayerChoice.Alternative("whole", new Cost(26e-3, 0, 0, 0)));

  private final List<Work> works = new ArrayList<>();

  private Models() {}

  /** A stack of encoders: batch 32, sequence 128, width 256, split as Megatron splits it. */
  static List<Work> transformer(int layers) {
    Models model = new Models();
    int x = model.add("01Embedding", "core.Embedding", 8_000 * 256, 0, 32 * 128 * 256, Split.WHOLE);
    for (int i = 0; i < layers; i++) {
      x = model.encoder("%02dEncoder".formatted(i + 2), x);
    }
    model.add(
        "%02dLinear".formatted(layers + 2),
        "core.Linear",
        256 * 8_000,
        2,
        32 * 128 * 8_000L,
        Split.WHOLE,
        x);
    return model.works;
  }

  private int encoder(String path, int x) {
    long tokens = 32 * 128;
    long width = 256;
    int q = add(path + "/query", "core.Linear", width * width, 2, tokens * width, Split.COLUMN, x);
    int k = add(path + "/key", "core.Linear", width * width, 2, tokens * width, Split.COLUMN, x);
    int v = add(path + "/value", "core.Linear", width * width, 2, tokens * width, Split.COLUMN, x);
    int s = add(path, "NDArray.matMul", 0, 2 * width, tokens * 128 * 8, Split.BETWEEN, q, k);
    int p = add(path, "NDArray.softmax", 0, 5, tokens * 128 * 8, Split.BETWEEN, s);
    int a = add(path, "NDArray.matMul", 0, 2 * 128, tokens * width, Split.BETWEEN, p, v);
    int o = add(path + "/output", "core.Linear", width * width, 2, tokens * width, Split.ROW, a);
    int r = add(path, "NDArray.add", 0, 1, tokens * width, Split.WHOLE, x, o);
    int n = add(path + "/norm", "norm.LayerNorm", 2 * width, 8, tokens * width, Split.WHOLE, r);
    int up =
        add(path + "/up", "core.Linear", 4 * width * width, 2, 4 * tokens * width, Split.COLUMN, n);
    int g = add(path, "Activation.gelu", 0, 8, 4 * tokens * width, Split.BETWEEN, up);
    int down =
        add(path + "/down", "core.Linear", 4 * width * width, 2, tokens * width, Split.ROW, g);
    int r2 = add(path, "NDArray.add", 0, 1, tokens * width, Split.WHOLE, n, down);
    return add(path + "/norm2", "norm.LayerNorm", 2 * width, 8, tokens * width, Split.WHOLE, r2);
  }

  private int add(
      String block,
      String operation,
      long parameters,
      long each,
      long size,
      Split split,
      Integer... inputs) {
    int id = works.size();
    boolean linear = operation.endsWith("Linear");
    double flops = linear ? 2.0 * parameters * 32 * 128 : (double) each * size;
    works.add(
        new Work(
            id,
            block,
            block.isEmpty() ? "Net" : block.replaceAll(".*[/0-9]", ""),
            operation,
            "Net.java:" + (10 + id % 14),
            List.of(inputs),
            "(32, 128, " + size / (32 * 128) + ")",
            parameters,
            4 * parameters,
            true,
            flops,
            4 * size,
            split,
            linear ? WAYS : List.of(),
            split == Split.COLUMN ? "its result is used split by the next layer" : ""));
    return id;
  }

  /** The prediction for a stack of encoders on so many stages and ranks. */
  static Prediction predict(int layers, int stages, int ranks, int microBatches) {
    return predict(layers, stages, ranks, microBatches, OptionalLong.of(512L << 20));
  }

  static Prediction predict(
      int layers, int stages, int ranks, int microBatches, OptionalLong limit) {
    return Predict.of(
        transformer(layers),
        new Subject("Net", "Net.java:7", 32, false, "Adam", 2),
        new PlanFile(
            ParallelMode.SHARDING_AND_PIPELINE,
            ranks,
            stages,
            microBatches,
            ScheduleType.ONE_F_ONE_B,
            List.of()),
        Speeds.VIRTUAL_CPU,
        limit,
        List.of("batch 32 is assumed: --batch-size=N sets another"));
  }
}
