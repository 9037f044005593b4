package dev.geminijava.runtime.device;

import java.nio.ByteBuffer;

/**
 * The way from one memory to another through a few buffers of pinned memory, used in turn: while
 * one is filled another is emptied.
 */
final class Staging {

  private final Queues queues;
  private final int pieceBytes;
  private final ByteBuffer[] buffers;
  private final Event[] emptied;
  private int next;

  Staging(Queues queues, int pieceBytes, int pieces) {
    this.queues = queues;
    this.pieceBytes = pieceBytes;
    buffers = new ByteBuffer[pieces];
    emptied = new Event[pieces];
  }

  /** Queues the copy of all pieces; the mark is behind the last. */
  Event send(
      Memory from, ByteBuffer source, Event ready, Memory to, ByteBuffer target, Event free) {
    Queue out = Queue.copies(from, Memory.HOST);
    Queue in = Queue.copies(Memory.HOST, to);
    boolean onHost = from.equals(Memory.HOST);
    if (onHost) {
      ready.join();
    } else {
      queues.await(out, ready);
    }
    queues.await(in, free);
    int size = source.remaining();
    for (int begin = 0; begin < size; begin += pieceBytes) {
      int bytes = Math.min(pieceBytes, size - begin);
      int i = next++ % buffers.length;
      if (buffers[i] == null) {
        buffers[i] = queues.pinned(onHost ? to : from, pieceBytes);
      }
      ByteBuffer piece = buffers[i].slice(0, bytes);
      ByteBuffer part = source.slice(source.position() + begin, bytes);
      if (onHost) {
        if (emptied[i] != null) {
          emptied[i].join();
        }
        piece.duplicate().put(part);
      } else {
        if (emptied[i] != null) {
          queues.await(out, emptied[i]);
        }
        queues.copy(out, part, piece);
        queues.await(in, queues.record(out));
      }
      queues.copy(in, piece, target.slice(target.position() + begin, bytes));
      emptied[i] = queues.record(in);
    }
    return queues.record(in);
  }
}
