package dev.geminijava.runtime.trace;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Writes the trace event format of Chrome: a process per stage, a thread per rank, times in
 * microseconds from the first event, counters for memory.
 */
final class TraceJson {

  private final JsonWriter json;

  TraceJson(Writer out) {
    json = new JsonWriter(out);
  }

  void write(Collection<Span> spans, Collection<Trace.Memory> memory, long dropped)
      throws IOException {
    long origin =
        LongStream.concat(
                spans.stream().mapToLong(Span::startNanos),
                memory.stream().mapToLong(Trace.Memory::nanos))
            .min()
            .orElse(0);
    json.beginObject().name("displayTimeUnit").value("ms");
    json.name("otherData").beginObject().name("droppedEvents").value(dropped).endObject();
    json.name("traceEvents").beginArray();
    names(spans, memory);
    for (Span span : spans) {
      begin("X", span.label(), span.stage(), span.rank(), span.startNanos() - origin);
      json.name("cat").value(span.kind().name().toLowerCase(Locale.ROOT));
      json.name("dur").value(span.nanos() / 1000.0);
      json.name("args").beginObject();
      if (span.microBatch() != Span.NO_MICRO_BATCH) {
        json.name("microBatch").value(span.microBatch());
      }
      json.name("bytes").value(span.bytes()).endObject().endObject();
    }
    for (Trace.Memory held : memory) {
      // A counter is one series per process and name, so the rank belongs into the name.
      String name = "memory rank " + held.rank();
      begin("C", name, held.stage(), held.rank(), held.nanos() - origin);
      json.name("args").beginObject().name("bytes").value(held.bytes()).endObject().endObject();
    }
    json.endArray().endObject().flush();
  }

  private void names(Collection<Span> spans, Collection<Trace.Memory> memory) throws IOException {
    Map<Integer, TreeSet<Integer>> ranksOf = new TreeMap<>();
    spans.forEach(
        span -> ranksOf.computeIfAbsent(span.stage(), s -> new TreeSet<>()).add(span.rank()));
    memory.forEach(
        held -> ranksOf.computeIfAbsent(held.stage(), s -> new TreeSet<>()).add(held.rank()));
    for (Map.Entry<Integer, TreeSet<Integer>> stage : ranksOf.entrySet()) {
      name("process_name", stage.getKey(), 0, "stage " + stage.getKey());
      for (int rank : stage.getValue()) {
        name("thread_name", stage.getKey(), rank, "rank " + rank);
      }
    }
  }

  private void name(String what, int stage, int rank, String name) throws IOException {
    begin("M", what, stage, rank, 0);
    json.name("args").beginObject().name("name").value(name).endObject().endObject();
  }

  private void begin(String phase, String name, int stage, int rank, long nanos)
      throws IOException {
    json.beginObject().name("ph").value(phase).name("name").value(name);
    json.name("pid").value(stage).name("tid").value(rank).name("ts").value(nanos / 1000.0);
  }
}
