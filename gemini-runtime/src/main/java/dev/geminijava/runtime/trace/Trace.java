package dev.geminijava.runtime.trace;

import dev.geminijava.runtime.schedule.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Records what every rank does, from any thread. Busy times are always added up; the spans
 * themselves are kept only if they are to be written, and only so many, so that a long training
 * does not fill the memory.
 */
public final class Trace {

  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private final Queue<Memory> memory = new ConcurrentLinkedQueue<>();
  private final Map<Place, LongAdder> busy = new ConcurrentHashMap<>();
  private final Queue<Coming> coming = new ConcurrentLinkedQueue<>();
  private final AtomicLong seen = new AtomicLong();
  private final long keep;

  /** A rank, which is counted within its stage. */
  private record Place(int stage, int rank) {}

  /** A span whose end its device may not have reached. */
  private record Coming(
      Span.Kind kind,
      String what,
      int stage,
      int rank,
      int microBatch,
      Moment begin,
      Moment end,
      long bytes) {

    boolean isPast() {
      return begin.isPast() && end.isPast();
    }

    Span span() {
      return new Span(kind, what, stage, rank, microBatch, begin.nanos(), end.nanos(), bytes);
    }
  }

  /** What a rank held at a time. */
  record Memory(int stage, int rank, long nanos, long bytes) {}

  private Trace(long keep) {
    this.keep = keep;
  }

  /** A trace that adds up busy times and keeps nothing else. */
  public static Trace summing() {
    return new Trace(0);
  }

  /** A trace that keeps the first so many events for {@link #write}. */
  public static Trace keeping(long events) {
    return new Trace(events);
  }

  /** Forgets the busy times so far: what came before the plan was made is not part of the run. */
  public void restart() {
    busy.clear();
  }

  /** Adds a span. */
  public void record(Span span) {
    if (span.kind().busy()) {
      busy.computeIfAbsent(new Place(span.stage(), span.rank()), key -> new LongAdder())
          .add(span.nanos());
    }
    if (seen.incrementAndGet() <= keep) {
      spans.add(span);
    }
  }

  /** Adds what lies between two moments, as soon as its device has passed them. */
  public void record(
      Span.Kind kind,
      String what,
      int stage,
      int rank,
      int microBatch,
      Moment begin,
      Moment end,
      long bytes) {
    Coming coming = new Coming(kind, what, stage, rank, microBatch, begin, end, bytes);
    if (coming.isPast()) {
      record(coming.span());
    } else {
      this.coming.add(coming);
    }
    takeInPast();
  }

  private synchronized void takeInPast() {
    for (Coming next = coming.peek(); next != null && next.isPast(); next = coming.peek()) {
      coming.remove();
      record(next.span());
    }
  }

  /** Waits for all that is still to come. */
  public synchronized void settle() {
    for (Coming next = coming.poll(); next != null; next = coming.poll()) {
      record(next.span());
    }
  }

  /** Adds an action that a stage's ranks did together; it stands for them all at rank 0. */
  public void record(int stage, Kind kind, int microBatch, Moment begin, Moment end, long bytes) {
    Span.Kind what = kind == Kind.F ? Span.Kind.FORWARD : Span.Kind.BACKWARD;
    record(what, "", stage, 0, microBatch, begin, end, bytes);
  }

  /** Adds that a rank holds so many bytes now. */
  public void memory(int stage, int rank, long bytes) {
    if (seen.incrementAndGet() <= keep) {
      memory.add(new Memory(stage, rank, System.nanoTime(), bytes));
    }
  }

  /** The share of a wall time that a rank spent in forwards, backwards and updates. */
  public double busyShare(int stage, int rank, long wallNanos) {
    LongAdder nanos = busy.get(new Place(stage, rank));
    return nanos == null || wallNanos <= 0 ? 0 : (double) nanos.sum() / wallNanos;
  }

  /** Writes the trace as JSON that {@code chrome://tracing} and ui.perfetto.dev open. */
  public void write(Path file) throws IOException {
    settle();
    try (var out = Files.newBufferedWriter(file)) {
      new TraceJson(out).write(spans, memory, Math.max(0, seen.get() - keep));
    }
  }
}
