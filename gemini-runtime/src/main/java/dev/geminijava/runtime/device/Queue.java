package dev.geminijava.runtime.device;

/**
 * Work that is done in order, beside that of other queues.
 *
 * @param at the memory beside which it runs
 * @param to where its copies go; null for the queue in which the device computes
 */
record Queue(Memory at, Memory to) {

  /** In which a device computes. */
  static Queue compute(Memory memory) {
    return new Queue(memory, null);
  }

  /** In which copies from one memory to another are made, beside all computing. */
  static Queue copies(Memory from, Memory to) {
    return new Queue(from, to);
  }

  boolean computes() {
    return to == null;
  }

  @Override
  public String toString() {
    return computes() ? at + " computes" : at + " to " + to;
  }
}
