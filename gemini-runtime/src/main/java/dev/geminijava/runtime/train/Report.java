package dev.geminijava.runtime.train;

import ai.djl.nn.Parameter;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.exec.Profile;
import dev.geminijava.runtime.mesh.DeviceMesh;
import dev.geminijava.runtime.parameter.Placements;
import dev.geminijava.runtime.schedule.Schedule;
import dev.geminijava.runtime.schedule.ScheduleSimulator;
import dev.geminijava.runtime.schedule.Segment;
import dev.geminijava.runtime.schedule.StageCost;
import dev.geminijava.runtime.schedule.StagePartition;
import dev.geminijava.runtime.schedule.Timeline;
import dev.geminijava.runtime.text.ByteSize;
import dev.geminijava.runtime.trace.DeviceTable;
import dev.geminijava.runtime.trace.Reporter;
import dev.geminijava.runtime.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Says what was decided and, at the end, what each device held and did. */
final class Report {

  private final String model;
  private final GeminiConfig config;
  private final Trace trace;
  private final Set<String> said = new HashSet<>();
  private long begin;
  private boolean closed;

  Report(String model, GeminiConfig config, Trace trace) {
    this.model = model;
    this.config = config;
    this.trace = trace;
  }

  /** Says something, but only the first time. */
  synchronized void once(String note) {
    if (!config.quiet() && said.add(note)) {
      Reporter.current().note(note);
    }
  }

  /** Says where the model was cut, and starts the clock for the busy shares. */
  synchronized void plan(
      DeviceMesh mesh,
      int microBatches,
      Schedule schedule,
      int[] boundaries,
      Profile profile,
      Set<Parameter> parameters,
      Placements placements,
      ToLongFunction<Parameter> stateBytes) {
    begin = System.nanoTime();
    trace.restart();
    if (config.quiet()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %d stage%s x %d shard rank%s, %d micro-batch%s, %d thread%s per device",
            model,
            mesh.pipe(),
            plural(mesh.pipe(), "s"),
            mesh.shard(),
            plural(mesh.shard(), "s"),
            microBatches,
            plural(microBatches, "es"),
            mesh.threadsPerRank(),
            plural(mesh.threadsPerRank(), "s")));
    if (mesh.shard() > 1) {
      long all = 0;
      long split = 0;
      for (Parameter parameter : parameters) {
        long size = parameter.getShape().size();
        all += size;
        split += placements.parts(parameter) > 1 ? size : 0;
      }
      text.append(
          String.format(
              Locale.ROOT,
              "; %.0f%% of %,d parameters split over the ranks, the rest replicated%s",
              100.0 * split / Math.max(1, all),
              all,
              split == 0 ? " (gemini-java plan FILE says why)" : ""));
    }
    if (profile.measured() && mesh.pipe() > 1) {
      List<Segment> segments = profile.segments(stateBytes);
      List<StageCost> stages =
          StagePartition.at(segments, Arrays.stream(boundaries).boxed().toList()).stages();
      text.append(", cut at ")
          .append(
              Arrays.stream(boundaries).mapToObj(String::valueOf).collect(Collectors.joining(", ")))
          .append(" of ")
          .append(segments.size() - 1)
          .append(" candidates");
      for (int s = 0; s < stages.size(); s++) {
        StageCost cost = stages.get(s);
        text.append(
            String.format(
                Locale.ROOT,
                "%n  stage %d: %.1f ms forward%s per micro-batch; state %s",
                s,
                cost.forwardSeconds() * 1e3,
                cost.backwardSeconds() > 0
                    ? String.format(Locale.ROOT, ", %.1f ms backward", cost.backwardSeconds() * 1e3)
                    : "",
                ByteSize.format(cost.parameterBytes())));
      }
      Timeline timeline = ScheduleSimulator.simulate(schedule, stages);
      text.append(
          String.format(
              Locale.ROOT,
              "%n  simulated %s, no core shared: %.0f ms a batch, bubble %.0f%%",
              schedule.name(),
              timeline.makespan() * 1e3,
              100 * timeline.bubble()));
    }
    Reporter.current().plan(text.toString());
  }

  private String shares(DeviceMesh mesh, Profile profile) {
    return config.sequenceParallel() && mesh.shard() > 1 && profile.measured()
        ? "\n%s of a micro-batch's activations are kept as shares, %s by each of %d ranks"
            .formatted(
                ByteSize.format(profile.sharedBytes() * mesh.shard()),
                ByteSize.format(profile.sharedBytes()),
                mesh.shard())
        : "";
  }

  private static String plural(int count, String ending) {
    return count == 1 ? "" : ending;
  }

  /**
   * Refuses a model that fits nowhere, before it is trained.
   *
   * @param parameters the model's parameters
   */
  void checkMemory(
      DeviceMesh mesh, List<Parameter> parameters, ToLongFunction<Parameter> stateBytes) {
    if (config.deviceMemory().isEmpty()) {
      return;
    }
    long needed = parameters.stream().mapToLong(stateBytes).sum();
    long limit = config.deviceMemory().getAsLong();
    if (needed > limit * mesh.size()) {
      throw new GeminiConfigException(
          String.format(
              Locale.ROOT,
              "the model's parameters, gradients and optimizer state take %s, and %d device%s of"
                  + " %s hold %s: use --device-memory=%s or more devices",
              ByteSize.format(needed),
              mesh.size(),
              plural(mesh.size(), "s"),
              ByteSize.format(limit),
              ByteSize.format(limit * mesh.size()),
              ByteSize.format((needed + mesh.size() - 1) / mesh.size())));
    }
  }

  /** Closes the run: the table of devices, and the trace's file. */
  synchronized void summary(
      DeviceMesh mesh,
      int[] boundaries,
      Schedule schedule,
      Profile profile,
      Set<Parameter> parameters,
      ToLongFunction<Parameter> stateBytes,
      ToLongFunction<Parameter> pieceSize) {
    if (closed) {
      return;
    }
    closed = true;
    if (config.trace().isPresent()) {
      try {
        trace.write(config.trace().get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (config.quiet() || begin == 0) {
      return;
    }
    long wall = System.nanoTime() - begin;
    List<StageCost> costs =
        profile.measured()
            ? StagePartition.at(
                    profile.segments(stateBytes), Arrays.stream(boundaries).boxed().toList())
                .stages()
            : List.of();
    List<DeviceTable.Row> rows = new ArrayList<>();
    for (int stage = 0; stage < mesh.pipe(); stage++) {
      int here = stage;
      long count =
          parameters.stream()
              .filter(p -> profile.stageOf(p, boundaries) == here)
              .mapToLong(pieceSize)
              .sum();
      long state =
          parameters.stream()
              .filter(p -> profile.stageOf(p, boundaries) == here)
              .mapToLong(stateBytes)
              .sum();
      long activations =
          costs.isEmpty() ? 0 : costs.get(stage).activationBytes() * schedule.peakLive(stage);
      for (int rank = 0; rank < mesh.shard(); rank++) {
        rows.add(
            new DeviceTable.Row(
                mesh.deviceName(stage, rank),
                "stage " + stage + (mesh.shard() > 1 ? ", shard " + rank : ""),
                count,
                state + activations,
                trace.busyShare(stage, 0, wall)));
      }
    }
    Reporter.current().summary(model + ":\n" + new DeviceTable(rows) + shares(mesh, profile));
  }
}
