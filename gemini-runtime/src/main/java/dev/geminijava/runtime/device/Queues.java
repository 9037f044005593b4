package dev.geminijava.runtime.device;

import java.nio.ByteBuffer;

/**
 * The queues of all devices of a kind: the few calls of which copying between devices is made.
 * Calls only queue work; who waits for whom is said by events.
 */
interface Queues {

  /** Puts a mark behind all that is in the queue. */
  Event record(Queue queue);

  /** Lets a queue, not the caller, wait for a mark in another. */
  void await(Queue queue, Event event);

  /** Queues a copy; the buffers only tell where the memory is, and are of one size. */
  void copy(Queue queue, ByteBuffer source, ByteBuffer target);

  /** Whether one copy takes bytes from a memory to another; else they go through the host's. */
  boolean reaches(Memory from, Memory to);

  /**
   * Memory of the host that copies read and write without further copying.
   *
   * @param beside the memory at the other end of the first of these copies
   */
  ByteBuffer pinned(Memory beside, int bytes);
}
