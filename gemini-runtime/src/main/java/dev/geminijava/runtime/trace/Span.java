package dev.geminijava.runtime.trace;

/**
 * Something that one rank did for a while.
 *
 * @param kind what it was
 * @param what its name, {@code all-reduce (8, 512)}; empty if the kind says it all
 * @param stage the rank's stage
 * @param rank the rank, counted within its stage
 * @param microBatch the micro-batch, or {@link #NO_MICRO_BATCH}
 * @param startNanos when it began, by {@link System#nanoTime}
 * @param endNanos when it ended
 * @param bytes what it moved; 0 if nothing
 */
public record Span(
    Kind kind,
    String what,
    int stage,
    int rank,
    int microBatch,
    long startNanos,
    long endNanos,
    long bytes) {

  /** The micro-batch of what belongs to none, or to all. */
  public static final int NO_MICRO_BATCH = -1;

  /** What a rank does. */
  public enum Kind {
    /** The forward of a stage. */
    FORWARD("F", true),
    /** The backward of a stage. */
    BACKWARD("B", true),
    /** The weight gradients of a stage, of all micro-batches together. */
    WEIGHTS("weights", true),
    /** A collective between the ranks of a stage; it lies inside a forward or a backward. */
    COLLECTIVE("collective", false),
    /** Values sent from one stage to another. */
    TRANSFER("transfer", false),
    /** The update of the parameters. */
    OPTIMIZER("optimizer", true);

    private final String label;
    private final boolean busy;

    Kind(String label, boolean busy) {
      this.label = label;
      this.busy = busy;
    }

    /** Whether it counts as a rank's busy time. */
    boolean busy() {
      return busy;
    }
  }

  /** Something whose kind says what it was. */
  public Span(
      Kind kind, int stage, int rank, int microBatch, long startNanos, long endNanos, long bytes) {
    this(kind, "", stage, rank, microBatch, startNanos, endNanos, bytes);
  }

  /** A rank's part in a collective; the bytes are those that it got from the others. */
  public static Span collective(
      String what,
      int stage,
      int rank,
      int microBatch,
      long startNanos,
      long endNanos,
      long bytes) {
    return new Span(Kind.COLLECTIVE, what, stage, rank, microBatch, startNanos, endNanos, bytes);
  }

  /** Its length. */
  public long nanos() {
    return endNanos - startNanos;
  }

  /** What a trace viewer shows: {@code 1F3} as in a schedule, or the kind. */
  String label() {
    return kind == Kind.FORWARD || kind == Kind.BACKWARD
        ? stage + kind.label + (microBatch == NO_MICRO_BATCH ? "" : microBatch)
        : what.isEmpty() ? kind.label : what;
  }
}
