package dev.geminijava.runtime.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {

  @TempDir Path directory;

  @Test
  void writesEventsThatAViewerReads() throws IOException {
    Trace trace = Trace.keeping(100);
    trace.record(new Span(Span.Kind.FORWARD, 1, 3, 2, 5_000_000, 7_500_000, 64));
    trace.record(new Span(Span.Kind.OPTIMIZER, 0, 0, Span.NO_MICRO_BATCH, 4_000_000, 4_001_000, 0));
    JsonObject written = write(trace);
    assertEquals(
        List.of(
            "{'ph':'M','name':'process_name','pid':0,'tid':0,'ts':0.0,'args':{'name':'stage 0'}}",
            "{'ph':'M','name':'thread_name','pid':0,'tid':0,'ts':0.0,'args':{'name':'rank 0'}}",
            "{'ph':'M','name':'process_name','pid':1,'tid':0,'ts':0.0,'args':{'name':'stage 1'}}",
            "{'ph':'M','name':'thread_name','pid':1,'tid':3,'ts':0.0,'args':{'name':'rank 3'}}",
            "{'ph':'X','name':'1F2','pid':1,'tid':3,'ts':1000.0,'cat':'forward','dur':2500.0,"
                + "'args':{'microBatch':2,'bytes':64}}",
            "{'ph':'X','name':'optimizer','pid':0,'tid':0,'ts':0.0,'cat':'optimizer','dur':1.0,"
                + "'args':{'bytes':0}}"),
        events(written).map(event -> event.toString().replace('"', '\'')).toList());
  }

  @Test
  void memoryIsACounterForEachRank() throws IOException {
    Trace trace = Trace.keeping(100);
    trace.memory(0, 0, 10);
    trace.memory(0, 1, 20);
    assertEquals(
        List.of("memory rank 0:10", "memory rank 1:20"),
        events(write(trace))
            .map(JsonElement::getAsJsonObject)
            .filter(event -> event.get("ph").getAsString().equals("C"))
            .map(
                event ->
                    event.get("name").getAsString()
                        + ":"
                        + event.getAsJsonObject("args").get("bytes").getAsLong())
            .toList());
  }

  @Test
  void aTraceOfNothingIsStillValid() throws IOException {
    assertEquals(new JsonArray(), write(Trace.summing()).get("traceEvents"));
  }

  @Test
  void busyTimeIsInActionsNotInWhatLiesInsideOrBetweenThem() {
    Trace trace = Trace.summing();
    trace.record(new Span(Span.Kind.FORWARD, 0, 0, 0, 0, 30, 0));
    trace.record(new Span(Span.Kind.COLLECTIVE, 0, 0, 0, 10, 20, 8));
    trace.record(new Span(Span.Kind.TRANSFER, 0, 0, 0, 30, 40, 8));
    trace.record(new Span(Span.Kind.BACKWARD, 0, 0, 0, 40, 80, 0));
    trace.record(new Span(Span.Kind.OPTIMIZER, 0, 0, Span.NO_MICRO_BATCH, 80, 85, 0));
    assertEquals(0.75, trace.busyShare(0, 0, 100), 1e-12);
    assertEquals(0, trace.busyShare(1, 0, 100));
    assertEquals(0, trace.busyShare(0, 0, 0));
  }

  @Test
  void manyThreadsRecordAndOnlyTheFirstEventsAreKept() throws IOException {
    Trace trace = Trace.keeping(1000);
    IntStream.range(0, 4000)
        .parallel()
        .forEach(i -> trace.record(new Span(Span.Kind.BACKWARD, 0, i % 4, i, 0, 10, 0)));
    JsonObject written = write(trace);
    assertEquals(1000, events(written).filter(event -> event.toString().contains("0B")).count());
    assertEquals(3000, written.getAsJsonObject("otherData").get("droppedEvents").getAsLong());
    assertEquals(1.0, trace.busyShare(0, 2, 10_000), 1e-12);
  }

  @Test
  void reportsGoToTheReporterInUse() {
    Reporter before = Reporter.current();
    StringBuilder said = new StringBuilder();
    try {
      Reporter.use(
          new Reporter() {
            @Override
            public void plan(String text) {
              said.append("plan ").append(text);
            }

            @Override
            public void note(String text) {
              said.append(", note ").append(text);
            }

            @Override
            public void summary(String table) {
              said.append(", summary ").append(table);
            }
          });
      Reporter.current().plan("a");
      Reporter.current().note("b");
      Reporter.current().summary("c");
    } finally {
      Reporter.use(before);
    }
    assertEquals("plan a, note b, summary c", said.toString());
    assertEquals(before, Reporter.current());
  }

  @Test
  void tableHasALinePerDeviceAndASum() {
    assertEquals(
        """
        device          computes  parameters  peak memory  busy
        cpu:0   stage 0, shard 0     157.3 M      2.5 GiB   91%
        cpu:1   stage 0, shard 1       99999    512.0 MiB   80%
        all                          157.4 M      3.0 GiB   86%\
        """,
        new DeviceTable(
                List.of(
                    new DeviceTable.Row(
                        "cpu:0", "stage 0, shard 0", 157_286_400, 2560L << 20, 0.914),
                    new DeviceTable.Row("cpu:1", "stage 0, shard 1", 99_999, 512L << 20, 0.8)))
            .toString());
  }

  @Test
  void aSingleDeviceNeedsNoSum() {
    String table =
        new DeviceTable(List.of(new DeviceTable.Row("cpu:0", "all", 7, 1, 1))).toString();
    assertEquals(2, table.lines().count());
    assertTrue(table.endsWith("7          1 B  100%"), table);
  }

  private JsonObject write(Trace trace) throws IOException {
    Path file = directory.resolve("trace.json");
    trace.write(file);
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static Stream<JsonElement> events(JsonObject written) {
    return StreamSupport.stream(written.getAsJsonArray("traceEvents").spliterator(), false);
  }
}
