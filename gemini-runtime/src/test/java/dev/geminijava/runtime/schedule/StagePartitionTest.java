package dev.geminijava.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StagePartitionTest {

  private static final long GIB = 1L << 30;

  @Test
  void twelveEqualLayersOverFourStages() {
    StagePartition partition =
        StagePartition.balance(
            Collections.nCopies(12, segment(1, 1, 1, 1)), limits(4, 1, Long.MAX_VALUE));
    assertEquals(List.of(2, 5, 8), partition.boundaries());
    assertEquals(3, partition.largestSeconds(), 1e-12);
  }

  @Test
  void aHeavyHeadGetsAStageOfItsOwn() {
    List<Segment> segments = new ArrayList<>(Collections.nCopies(6, segment(1, 0, 0, 1)));
    segments.add(segment(9, 0, 0, 1));
    assertEquals(
        List.of(5), StagePartition.balance(segments, limits(2, 1, Long.MAX_VALUE)).boundaries());
  }

  @Test
  void amongEquallyFastCutsTheOneWithFewestBytesWins() {
    // Both middle cuts give stages of 2 and 3 seconds; inside the residual branch two values live.
    List<Segment> segments =
        List.of(
            segment(1, 0, 0, 1),
            segment(1, 0, 0, 200),
            segment(1, 0, 0, 100),
            segment(1, 0, 0, 1),
            segment(1, 0, 0, 1));
    StagePartition partition = StagePartition.balance(segments, limits(2, 1, Long.MAX_VALUE));
    assertEquals(List.of(2), partition.boundaries());
    assertEquals(100, partition.cutBytes());
  }

  @Test
  void measuredTimesWithinTheToleranceAreEquallyFast() {
    List<Segment> segments =
        List.of(segment(1.00, 0, 0, 1), segment(0.02, 0, 0, 100), segment(1.00, 0, 0, 1));
    List<StageLimit> limits = limits(2, 1, Long.MAX_VALUE);
    List<Segment> tilted = List.of(segments.get(0), segments.get(1), segment(1.01, 0, 0, 1));
    assertEquals(List.of(1), StagePartition.balance(tilted, limits).boundaries());
    assertEquals(List.of(0), StagePartition.balance(tilted, limits, 0.02).boundaries());
  }

  @Test
  void memoryMovesTheCutAwayFromTheFastestPlace() {
    // The embedding is free to compute but large, so the first stage must end early.
    List<Segment> segments = new ArrayList<>(List.of(segment(0, 0, 6 * GIB, 1)));
    segments.addAll(Collections.nCopies(6, segment(1, 0, GIB, 1)));
    assertEquals(List.of(3), StagePartition.balance(segments, limits(2, 1, 12 * GIB)).boundaries());
    assertEquals(List.of(1), StagePartition.balance(segments, limits(2, 1, 7 * GIB)).boundaries());
  }

  @Test
  void laterStagesOfOneFOneBHoldFewerMicroBatches() {
    List<Segment> segments = Collections.nCopies(6, segment(1, GIB, 0, 1));
    List<StageLimit> limits = StageLimit.of(Schedule.oneFOneB(2, 8), 4 * GIB);
    assertEquals(List.of(2, 1), limits.stream().map(StageLimit::liveMicroBatches).toList());
    assertEquals(List.of(1), StagePartition.balance(segments, limits).boundaries());
  }

  @Test
  void whatFitsNowhereIsRefusedWithTheSizesAndTheSmallestLimitThatWorks() {
    List<Segment> segments = Collections.nCopies(4, segment(1, GIB / 4, GIB, 1));
    Exception refused =
        assertThrows(
            InfeasiblePartitionException.class,
            () -> StagePartition.balance(segments, limits(2, 2, 2 * GIB)));
    assertEquals(
        "no cut into 2 stages fits the memory: at best stage 0 needs 3.0 GiB (2.0 GiB for"
            + " parameters, gradients and optimizer state, 2 live micro-batches of 512.0 MiB), its"
            + " device has 2.0 GiB: use --device-memory=3072MiB, more stages or more micro-batches",
        refused.getMessage());
    StagePartition.balance(segments, limits(2, 2, 3072L << 20));
    assertThrows(
        InfeasiblePartitionException.class,
        () -> StagePartition.balance(segments, limits(2, 2, (3072L << 20) - 1)));
  }

  @Test
  void moreStagesThanSegmentsAreRefused() {
    Exception refused =
        assertThrows(
            InfeasiblePartitionException.class,
            () ->
                StagePartition.balance(
                    Collections.nCopies(3, segment(1, 0, 0, 1)), limits(4, 1, Long.MAX_VALUE)));
    assertEquals(
        "4 stages need 3 cuts, and the model has 2 places to cut: use a pipeline degree of at"
            + " most 3",
        refused.getMessage());
  }

  @Test
  void givenBoundariesAreKeptOrRefused() {
    List<Segment> segments = Collections.nCopies(5, segment(1, 2, 3, 4));
    StagePartition partition = StagePartition.at(segments, List.of(0, 3));
    assertEquals(
        List.of(
            new StageCost(0.25, 0.75, 2, 3),
            new StageCost(0.75, 2.25, 6, 9),
            new StageCost(0.25, 0.75, 2, 3)),
        partition.stages());
    assertEquals(8, partition.cutBytes());
    for (List<Integer> bad : List.of(List.of(4), List.of(2, 2), List.of(-1), List.of(3, 1))) {
      assertThrows(IllegalArgumentException.class, () -> StagePartition.at(segments, bad));
    }
  }

  @Test
  void equalsBruteForceOnRandomModels() {
    Random random = new Random(7);
    int feasible = 0;
    for (int round = 0; round < 400; round++) {
      List<Segment> segments =
          IntStream.range(0, 1 + random.nextInt(9))
              .mapToObj(
                  i ->
                      segment(
                          random.nextInt(6),
                          random.nextInt(5),
                          random.nextInt(20),
                          random.nextInt(9)))
              .toList();
      int stages = 1 + random.nextInt(Math.min(4, segments.size()));
      List<StageLimit> limits =
          IntStream.range(0, stages)
              .mapToObj(s -> new StageLimit(1 + random.nextInt(3), 20 + random.nextInt(120)))
              .toList();
      StagePartition best = bruteForce(segments, limits);
      if (best == null) {
        assertThrows(
            InfeasiblePartitionException.class, () -> StagePartition.balance(segments, limits));
      } else {
        StagePartition found = StagePartition.balance(segments, limits);
        assertTrue(fits(found, limits));
        assertEquals(best.largestSeconds(), found.largestSeconds(), 1e-12);
        assertEquals(best.cutBytes(), found.cutBytes());
        feasible++;
      }
    }
    assertTrue(feasible > 100 && feasible < 400, "both outcomes occur: " + feasible);
  }

  @Test
  void fiveHundredSegmentsOverSixteenStages() {
    Random random = new Random(1);
    List<Segment> segments =
        IntStream.range(0, 500).mapToObj(i -> segment(random.nextDouble(), 1, 1, 1)).toList();
    double total = segments.stream().mapToDouble(s -> s.cost().seconds()).sum();
    double largest =
        StagePartition.balance(segments, limits(16, 4, Long.MAX_VALUE)).largestSeconds();
    assertTrue(largest >= total / 16 && largest <= total / 16 + 1, "largest " + largest);
  }

  private static StagePartition bruteForce(List<Segment> segments, List<StageLimit> limits) {
    StagePartition best = null;
    int candidates = segments.size() - 1;
    for (int mask = 0; mask < 1 << candidates; mask++) {
      if (Integer.bitCount(mask) == limits.size() - 1) {
        int chosen = mask;
        StagePartition partition =
            StagePartition.at(
                segments,
                IntStream.range(0, candidates)
                    .filter(i -> (chosen >> i & 1) == 1)
                    .boxed()
                    .toList());
        if (fits(partition, limits) && (best == null || better(partition, best))) {
          best = partition;
        }
      }
    }
    return best;
  }

  private static boolean better(StagePartition a, StagePartition b) {
    double difference = a.largestSeconds() - b.largestSeconds();
    return Math.abs(difference) > 1e-9 ? difference < 0 : a.cutBytes() < b.cutBytes();
  }

  private static boolean fits(StagePartition partition, List<StageLimit> limits) {
    return IntStream.range(0, limits.size())
        .allMatch(
            s ->
                partition.stages().get(s).bytes(limits.get(s).liveMicroBatches())
                    <= limits.get(s).bytes());
  }

  private static List<StageLimit> limits(int stages, int live, long bytes) {
    return Collections.nCopies(stages, new StageLimit(live, bytes));
  }

  private static Segment segment(double seconds, long activation, long parameters, long cut) {
    return new Segment(new StageCost(seconds * 0.25, seconds * 0.75, activation, parameters), cut);
  }
}
