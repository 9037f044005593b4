package dev.geminijava.runtime.parameter;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Share;
import dev.geminijava.runtime.exec.Split;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Answers every rank with its piece of a parameter.
 *
 * <p>DJL's blocks fetch each weight through {@link #getValue}. Outside a parallel forward pass, and
 * for every parameter of a layer that was not called through a shard group, the answer is the whole
 * array.
 */
public final class PlacedStore extends ParameterStore {

  private final Placements placements;
  private final Set<Parameter> used = Collections.synchronizedSet(new LinkedHashSet<>());

  /**
   * Creates a store.
   *
   * @param manager the manager that DJL asks for to initialise blocks late
   * @param placements the pieces of this model's parameters
   */
  public PlacedStore(NDManager manager, Placements placements) {
    super(manager, false);
    this.placements = placements;
  }

  @Override
  public NDArray getValue(Parameter parameter, Device device, boolean training) {
    if (parameter == null) {
      return null;
    }
    used.add(parameter);
    Lane lane = Lane.current();
    if (lane == null) {
      return parameter.getArray();
    }
    lane.uses(parameter);
    Split split = lane.split(parameter);
    boolean updated = training && placements.isUpdatedInForward(parameter);
    if (updated && split instanceof Split.Along along) {
      return lane.buffer(parameter, along);
    }
    if (split instanceof Split.Along along) {
      NDArray[] pieces = placements.pieces(parameter, along, lane.memories());
      return lane.piece(pieces[lane.rank()], along);
    }
    if (split instanceof Split.OnFirst && lane.rank() > 0) {
      return null;
    }
    if (updated) {
      return lane.buffer(parameter);
    }
    NDArray full = placements.whole(parameter, lane.memories())[lane.rank()];
    Shape shape = full.getShape();
    boolean table =
        lane.ranks() > 1
            && shape.dimension() == 2
            && shape.get(0) > lane.ranks()
            && shape.get(0) >= LayerSplit.WIDE * shape.get(1);
    if (table) {
      Split.Along rows = new Split.Along(0, 1, new Share(shape.get(0), lane.ranks()));
      return lane.table(
          full,
          rows.share(),
          () -> placements.pieces(parameter, rows, lane.memories())[lane.rank()]);
    }
    // Scopes of the program attach and close what they use: every lane gets a handle of its own.
    return lane.handle(full);
  }

  /** Every parameter that was asked for, in the order of first use. */
  public Set<Parameter> used() {
    synchronized (used) {
      return new LinkedHashSet<>(used);
    }
  }

  /** The pieces of this model's parameters. */
  public Placements placements() {
    return placements;
  }
}
