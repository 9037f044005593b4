package dev.geminijava.runtime.device;

/**
 * A copy that is under way.
 *
 * <pre>
 *   from computes   … value ─┬─ more work …             ─ letGo ─ memory of the value used again
 *   copies                   └▶ copy ─ done ┬──────────────▲
 *   to computes     … ─ target free ──▲     └▶ awaited ─ first use …
 * </pre>
 */
public final class Arrival {

  private final Queues queues;
  private final Memory from;
  private final Memory to;
  private final Event done;
  private final Route route;

  /** The way that a copy takes. */
  public enum Route {
    /** Straight from one memory to the other. */
    DIRECT,
    /** In pieces through pinned memory of the host. */
    STAGED
  }

  Arrival(Queues queues, Memory from, Memory to, Event done, Route route) {
    this.queues = queues;
    this.from = from;
    this.to = to;
    this.done = done;
    this.route = route;
  }

  /** Lets all that the target's device computes from now on wait for it. */
  public void await() {
    queues.await(Queue.compute(to), done);
  }

  /** Lets the source's device wait for it before it uses the value's memory for something else. */
  public void letGo() {
    // What is sent from the host's memory was read before its sending returned.
    if (!from.equals(Memory.HOST)) {
      queues.await(Queue.compute(from), done);
    }
  }

  /** Passed when the copy is complete. */
  public Event done() {
    return done;
  }

  /** The way that it takes. */
  public Route route() {
    return route;
  }
}
