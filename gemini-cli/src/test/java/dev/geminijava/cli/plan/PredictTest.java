package dev.geminijava.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.geminijava.cli.plan.Prediction.Communication;
import dev.geminijava.cli.plan.Prediction.Layer;
import dev.geminijava.cli.plan.Prediction.Stage;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.PlanFile;
import dev.geminijava.runtime.schedule.InfeasiblePartitionException;
import dev.geminijava.runtime.schedule.ScheduleType;
import dev.geminijava.runtime.schedule.Timeline;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictTest {

  @ParameterizedTest
  @CsvSource({"6,1,1,1", "6,2,1,4", "6,3,2,6", "48,8,2,32"})
  void everyLayerIsInOneStageAndEveryActionInEachSchedule(
      int encoders, int stages, int ranks, int microBatches) {
    Prediction p = Models.predict(encoders, stages, ranks, microBatches);

    assertEquals(stages, p.stages().size());
    int next = 0;
    for (int s = 0; s < stages; s++) {
      Stage stage = p.stages().get(s);
      assertEquals(next, stage.first());
      for (Layer layer : p.layers().subList(stage.first(), stage.last() + 1)) {
        assertEquals(s, layer.stage());
      }
      next = stage.last() + 1;
    }
    assertEquals(p.layers().size(), next);
    assertEquals(List.of("1f1b", "gpipe"), names(p.timelines()));
    for (Timeline timeline : p.timelines()) {
      int actions = timeline.rows().stream().mapToInt(List::size).sum();
      assertEquals(2 * stages * microBatches, actions);
    }
  }

  private static List<String> names(List<Timeline> timelines) {
    return timelines.stream().map(timeline -> timeline.schedule().name()).toList();
  }

  @Test
  void oneDeviceIsAsFastAsItself() {
    assertEquals(1, Models.predict(4, 1, 1, 1).speedUp(), 1e-9);
  }

  @Test
  void devicesAreFasterThanOneAndNeverFasterThanAllOfThem() {
    for (int stages = 2; stages <= 8; stages *= 2) {
      double speedUp = Models.predict(48, stages, 1, 32).speedUp();
      assertTrue(speedUp > 0.6 * stages && speedUp <= stages, stages + " stages: " + speedUp);
    }
  }

  @Test
  void stagesAreBalanced() {
    Prediction p = Models.predict(48, 4, 1, 8, OptionalLong.empty());
    double largest = p.stages().stream().mapToDouble(s -> s.cost().seconds()).max().orElseThrow();
    double mean = p.stages().stream().mapToDouble(s -> s.cost().seconds()).average().orElseThrow();
    assertTrue(largest < 1.1 * mean, largest + " of " + mean);
  }

  @Test
  void anEncoderThatIsSplitAddsUpTwiceForwardAndTwiceBackward() {
    int encoders = 6;
    int microBatches = 4;
    Prediction p = Models.predict(encoders, 1, 2, microBatches);
    List<Communication> reduces =
        p.communication().stream().filter(c -> c.kind().equals("all-reduce")).toList();
    assertEquals(2, reduces.size(), "forward and backward");
    for (Communication reduce : reduces) {
      assertEquals(2 * encoders * microBatches, reduce.times());
      // Over two ranks, each sends as much as the array has, once.
      long array = 4L * 32 * 128 * 256;
      assertEquals(2L * encoders * array * 2, reduce.bytes());
    }
  }

  @Test
  void aCutCarriesWhatIsUsedBehindIt() {
    Prediction p = Models.predict(2, 2, 1, 4);
    List<Work> works = Models.transformer(2);
    int cut = p.stages().get(1).first();
    long alive = 0;
    for (int made = 0; made < cut; made++) {
      int id = made;
      boolean used =
          works.subList(cut, works.size()).stream().anyMatch(w -> w.inputs().contains(id));
      alive += used ? works.get(made).outputBytes() : 0;
    }
    assertEquals(2, p.communication().size(), "values there, gradients back");
    for (Communication send : p.communication()) {
      assertEquals(alive, send.bytes());
      assertEquals(4, send.times());
    }
  }

  @Test
  void ranksHoldTheirPieceOfWhatIsSplitAndAllOfTheRest() {
    long whole = parameterBytes(Models.predict(6, 1, 1, 1));
    long half = parameterBytes(Models.predict(6, 1, 2, 1));
    long split =
        Models.transformer(6).stream()
            .filter(w -> w.split() != Split.WHOLE)
            .mapToLong(Work::parameterBytes)
            .sum();
    assertEquals(whole - split / 2, half);
  }

  private static long parameterBytes(Prediction p) {
    return p.stages().get(0).memory().parameters();
  }

  @Test
  void whatDoesNotFitIsShownWithWhatWouldHelp() {
    Prediction p = Models.predict(6, 2, 1, 4, OptionalLong.of(32L << 20));
    assertFalse(p.fits());
    assertTrue(p.notes().stream().anyMatch(n -> n.contains("--device-memory=")), p.notes() + "");
    assertTrue(Models.predict(6, 2, 1, 4, OptionalLong.of(4L << 30)).fits());
  }

  @Test
  void moreStagesThanPlacesToCutAreRefused() {
    assertThrows(InfeasiblePartitionException.class, () -> Models.predict(1, 40, 1, 40));
  }

  @Test
  void whereNestedBlocksEndTogetherSoManyCandidatesStand() {
    assertEquals(0, Candidates.ended("", "01Linear"), "the model's own code ends nothing");
    assertEquals(0, Candidates.ended("02Encoder", "02Encoder/norm"), "a call begins");
    assertEquals(1, Candidates.ended("02Encoder/norm", "02Encoder"));
    assertEquals(1, Candidates.ended("02Encoder/query", "02Encoder/key"));
    assertEquals(2, Candidates.ended("02Encoder/norm", "03Encoder/query"));
    assertEquals(1, Candidates.ended("02Encoder", "02EncoderOther"), "not the same block");
  }

  /** A column split that is put together at once moves half of what a row split adds up. */
  @Test
  void whatIsGatheredMovesHalfOfWhatIsAddedUp() {
    List<Communication> summed = collectives(Split.ROW);
    List<Communication> gathered = collectives(Split.GATHERED);
    assertEquals(
        List.of("all-reduce", "all-reduce"), summed.stream().map(Communication::kind).toList());
    assertEquals(
        List.of("all-gather", "reduce-scatter"),
        gathered.stream().map(Communication::kind).toList());
    for (int direction = 0; direction < 2; direction++) {
      assertEquals(summed.get(direction).bytes(), 2 * gathered.get(direction).bytes());
    }
    assertEquals(List.of(), collectives(Split.COLUMN));
  }

  private static List<Communication> collectives(Split split) {
    Work layer =
        new Work(
            0,
            "01Linear",
            "Linear",
            "core.Linear",
            "Net.java:7",
            List.of(),
            "(32, 64)",
            4096,
            16_384,
            true,
            1e6,
            8192,
            split,
            List.of(),
            "");
    PlanFile plan = new PlanFile(ParallelMode.SHARDING, 4, 1, 1, ScheduleType.GPIPE, List.of());
    return Predict.of(
            List.of(layer),
            new Prediction.Subject("Net", "Net.java:7", 32, true, "Adam", 2),
            plan,
            Speeds.VIRTUAL_CPU,
            OptionalLong.empty(),
            List.of())
        .communication();
  }
}
