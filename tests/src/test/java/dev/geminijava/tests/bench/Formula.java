package dev.geminijava.tests.bench;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How close a pipelined step comes to {@code sum(t) + (m-1) * max(t)}, the time of m micro-batches
 * through stages that take t each and never wait for anything but their inputs.
 */
final class Formula {

  private Formula() {}

  /** The median over the traced steps of formula / measured. */
  static double share(Path trace) throws IOException {
    JsonObject root = new Gson().fromJson(Files.readString(trace), JsonObject.class);
    // One step is what lies between the first forward of micro-batch 0 and the next such forward.
    List<Double> shares = new ArrayList<>();
    Map<Integer, Double> perStage = new TreeMap<>();
    double begin = -1;
    double end = -1;
    int microBatches = 0;
    List<JsonObject> events = new ArrayList<>();
    for (JsonElement element : root.getAsJsonArray("traceEvents")) {
      if (element.getAsJsonObject().get("ph").getAsString().equals("X")) {
        events.add(element.getAsJsonObject());
      }
    }
    events.sort((a, b) -> Double.compare(a.get("ts").getAsDouble(), b.get("ts").getAsDouble()));
    for (JsonObject event : events) {
      String name = event.get("name").getAsString();
      if (name.equals("0F0")) {
        if (perStage.size() > 1) {
          shares.add(share(perStage, microBatches, end - begin));
        }
        perStage.clear();
        microBatches = 0;
        begin = event.get("ts").getAsDouble();
        end = begin;
      }
      int stage = event.get("pid").getAsInt();
      perStage.merge(stage, event.get("dur").getAsDouble(), Double::sum);
      end = Math.max(end, event.get("ts").getAsDouble() + event.get("dur").getAsDouble());
      if (stage == 0 && name.contains("F")) {
        microBatches++;
      }
    }
    return Trial.median(shares);
  }

  private static double share(Map<Integer, Double> perStage, int microBatches, double measured) {
    double sum = perStage.values().stream().mapToDouble(t -> t / microBatches).sum();
    double largest =
        perStage.values().stream().mapToDouble(t -> t / microBatches).max().orElseThrow();
    return (sum + (microBatches - 1) * largest) / measured;
  }
}
