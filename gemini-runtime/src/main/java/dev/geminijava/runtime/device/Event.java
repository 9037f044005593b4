package dev.geminijava.runtime.device;

import dev.geminijava.runtime.trace.Moment;

/** A mark in a queue, passed when all that was queued before it is done. */
public interface Event extends Moment {

  /** Lets the calling thread wait for it. */
  void join();
}
