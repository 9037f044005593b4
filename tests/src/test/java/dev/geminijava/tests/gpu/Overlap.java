package dev.geminijava.tests.gpu;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How much of the time of copies lay beside computing, after a run's trace. */
final class Overlap {

  private Overlap() {}

  private record Stretch(double begin, double end) {
    double shared(Stretch other) {
      return Math.max(0, Math.min(end, other.end) - Math.max(begin, other.begin));
    }
  }

  /** The share of all copies' time in which some stage computed. */
  static double hidden(Path trace) throws IOException {
    JsonObject root = JsonParser.parseString(Files.readString(trace)).getAsJsonObject();
    List<Stretch> copies = new ArrayList<>();
    List<Stretch> work = new ArrayList<>();
    for (JsonElement element : root.getAsJsonArray("traceEvents")) {
      JsonObject event = element.getAsJsonObject();
      if (!event.has("cat")) {
        continue;
      }
      double begin = event.get("ts").getAsDouble();
      Stretch stretch = new Stretch(begin, begin + event.get("dur").getAsDouble());
      switch (event.get("cat").getAsString()) {
        case "transfer" -> copies.add(stretch);
        case "forward", "backward", "weights" -> work.add(stretch);
        default -> {}
      }
    }
    List<Stretch> busy = joined(work);
    double all = copies.stream().mapToDouble(copy -> copy.end - copy.begin).sum();
    double hidden =
        copies.stream().mapToDouble(copy -> busy.stream().mapToDouble(copy::shared).sum()).sum();
    return all == 0 ? 0 : hidden / all;
  }

  private static List<Stretch> joined(List<Stretch> stretches) {
    List<Stretch> joined = new ArrayList<>();
    for (Stretch next :
        stretches.stream().sorted(Comparator.comparingDouble(Stretch::begin)).toList()) {
      Stretch last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && next.begin <= last.end) {
        joined.set(joined.size() - 1, new Stretch(last.begin, Math.max(last.end, next.end)));
      } else {
        joined.add(next);
      }
    }
    return joined;
  }
}
