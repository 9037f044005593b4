package dev.geminijava.cli.plan;

import com.google.gson.stream.JsonWriter;
import dev.geminijava.cli.plan.Prediction.Communication;
import dev.geminijava.cli.plan.Prediction.Layer;
import dev.geminijava.cli.plan.Prediction.Memory;
import dev.geminijava.cli.plan.Prediction.Stage;
import dev.geminijava.passes.plan.LayerChoice;
import dev.geminijava.runtime.schedule.Kind;
import dev.geminijava.runtime.schedule.Timeline;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Predictions as JSON. The fields are described in docs/plan.md; {@code version} rises when one
 * changes its meaning or goes. Times are seconds, sizes bytes.
 */
public final class PlanJson {

  private static final int VERSION = 1;

  private final JsonWriter json;

  private PlanJson(JsonWriter json) {
    this.json = json;
  }

  /** All predictions of a program in one document. */
  public static String write(List<Prediction> predictions, Optional<Measured> measured) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setIndent(" ");
      json.setHtmlSafe(true);
      json.beginObject().name("version").value(VERSION).name("models").beginArray();
      for (Prediction prediction : predictions) {
        new PlanJson(json).model(prediction);
      }
      json.endArray();
      if (measured.isPresent()) {
        json.name("measured");
        new PlanJson(json).measured(measured.get());
      }
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  private void model(Prediction p) throws IOException {
    json.beginObject();
    json.name("model").value(p.subject().model());
    json.name("place").value(p.subject().place());
    json.name("batch")
        .value(p.subject().batch())
        .name("batchKnown")
        .value(p.subject().batchKnown());
    json.name("optimizer").value(p.subject().optimizer());
    json.name("optimizerStates").value(p.subject().optimizerStates());
    json.name("mode").value(p.plan().mode().toString());
    json.name("shardingSize").value(p.plan().shardingSize());
    json.name("pipelineDegree").value(p.plan().pipelineDegree());
    json.name("microBatches").value(p.plan().microBatches());
    json.name("schedule").value(p.plan().schedule().toString());
    json.name("stepSeconds").value(p.stepSeconds());
    json.name("oneDeviceSeconds").value(p.oneDeviceSeconds());
    json.name("speedUp").value(p.speedUp());
    json.name("bubble").value(p.timelines().get(0).bubble());
    json.name("fits").value(p.fits());
    if (p.memoryLimit().isPresent()) {
      json.name("memoryLimit").value(p.memoryLimit().getAsLong());
    }
    machine(p.machine());
    list("boundaries", p.boundaries(), json::value);
    list("candidates", p.candidates(), json::value);
    list("stages", p.stages(), this::stage);
    list("communication", p.communication(), this::communication);
    list("layers", p.layers(), this::layer);
    list("schedules", p.timelines(), this::timeline);
    list("notes", p.notes(), json::value);
    json.endObject();
  }

  private void machine(Speeds speeds) throws IOException {
    json.name("machine").beginObject();
    json.name("flopsPerSecond").value(speeds.machine().flopsPerSecond());
    json.name("memoryBytesPerSecond").value(speeds.memoryBytes());
    json.name("linkBytesPerSecond").value(speeds.machine().bytesPerSecond());
    json.name("latency").value(speeds.machine().latency());
    json.name("overhead").value(speeds.overhead());
    json.name("backwardOverhead").value(speeds.backwardOverhead());
    json.name("action").value(speeds.action());
    json.name("measured").value(speeds.measured());
    json.endObject();
  }

  private void stage(Stage stage) throws IOException {
    json.beginObject();
    json.name("first").value(stage.first()).name("last").value(stage.last());
    json.name("forwardSeconds").value(stage.cost().forwardSeconds());
    json.name("backwardSeconds").value(stage.cost().backwardSeconds());
    json.name("flops").value(stage.flops());
    json.name("parameters").value(stage.parameters());
    Memory memory = stage.memory();
    json.name("memory").beginObject();
    json.name("parameters").value(memory.parameters());
    json.name("gradients").value(memory.gradients());
    json.name("optimizer").value(memory.optimizer());
    json.name("activations").value(memory.activations());
    json.endObject().endObject();
  }

  private void communication(Communication communication) throws IOException {
    json.beginObject();
    json.name("kind").value(communication.kind()).name("where").value(communication.where());
    json.name("times").value(communication.times()).name("bytes").value(communication.bytes());
    json.name("seconds").value(communication.seconds());
    json.endObject();
  }

  private void layer(Layer layer) throws IOException {
    Work work = layer.work();
    json.beginObject();
    json.name("id").value(work.id()).name("block").value(work.block());
    json.name("type").value(work.type()).name("operation").value(work.operation());
    json.name("place").value(work.place());
    list("inputs", work.inputs(), json::value);
    json.name("shape").value(work.shape()).name("parameters").value(work.parameters());
    json.name("flops").value(work.flops()).name("outputBytes").value(work.outputBytes());
    json.name("stage").value(layer.stage());
    json.name("split").value(work.split().word()).name("why").value(work.why());
    json.name("forwardSeconds").value(layer.forwardSeconds());
    json.name("backwardSeconds").value(layer.backwardSeconds());
    list("choices", work.ways(), this::choice);
    json.endObject();
  }

  private void choice(LayerChoice.Alternative choice) throws IOException {
    json.beginObject();
    json.name("how").value(choice.how());
    json.name("computeSeconds").value(choice.cost().compute());
    json.name("communicationSeconds").value(choice.cost().communication());
    json.name("bytes").value(Math.round(choice.cost().bytes()));
    json.endObject();
  }

  private void timeline(Timeline timeline) throws IOException {
    json.beginObject();
    json.name("name").value(timeline.schedule().name());
    json.name("seconds").value(timeline.makespan());
    json.name("bubble").value(timeline.bubble());
    list("peakBytes", timeline.peakBytes(), json::value);
    list("rows", timeline.rows(), row -> list(row, this::slot));
    json.endObject();
  }

  private void slot(Timeline.Slot slot) throws IOException {
    json.beginObject();
    json.name("stage").value(slot.action().stage());
    json.name("kind").value(slot.action().kind() == Kind.F ? "F" : "B");
    json.name("microBatch").value(slot.action().microBatch());
    json.name("start").value(slot.start()).name("end").value(slot.end());
    json.endObject();
  }

  private void measured(Measured measured) throws IOException {
    json.beginObject();
    json.name("steps").value(measured.steps());
    json.name("stepSeconds").value(measured.stepSeconds());
    json.name("busySeconds").value(measured.busySeconds());
    json.name("bubble").value(measured.bubble());
    json.name("sentBytes").value(measured.sentBytes());
    json.name("collectiveBytes").value(measured.collectiveBytes());
    list("stages", measured.stages(), this::measuredStage);
    list("rows", measured.rows(), row -> list(row, this::measuredSlot));
    json.endObject();
  }

  private void measuredStage(Measured.Stage stage) throws IOException {
    json.beginObject();
    json.name("forwardSeconds").value(stage.forwardSeconds());
    json.name("backwardSeconds").value(stage.backwardSeconds());
    json.name("peakBytes").value(stage.peakBytes());
    json.endObject();
  }

  private void measuredSlot(Measured.Slot slot) throws IOException {
    json.beginObject();
    json.name("stage").value(slot.stage()).name("kind").value(slot.kind());
    json.name("microBatch").value(slot.microBatch());
    json.name("start").value(slot.start()).name("end").value(slot.end());
    json.endObject();
  }

  private interface Element<T> {
    void write(T value) throws IOException;
  }

  private <T> void list(String name, List<T> values, Element<T> element) throws IOException {
    json.name(name);
    list(values, element);
  }

  private <T> void list(List<T> values, Element<T> element) throws IOException {
    json.beginArray();
    for (T value : values) {
      element.write(value);
    }
    json.endArray();
  }
}
