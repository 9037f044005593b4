package dev.geminijava.runtime.parameter;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.NativeArrays;
import dev.geminijava.runtime.device.Memory;
import dev.geminijava.runtime.exec.Arrays;
import dev.geminijava.runtime.exec.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pieces of one parameter on devices with memory of their own: copies there, which the optimizer
 * updates there. The full array follows when the program looks at it. A piece whose device has the
 * full array in its memory is a window on it.
 *
 * @param full the parameter's array
 * @param place where its memory was when the copies were made
 * @param split how it is split
 * @param memories where each rank's piece is, in rank order
 * @param arrays the pieces, in rank order; one for all ranks of a memory if every rank has all
 */
record Residents(NDArray full, int place, Split split, List<Memory> memories, NDArray[] arrays)
    implements Pieces {

  static Residents of(NDArray full, Split split, List<Memory> memories, NDManager manager) {
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager()) {
      NDArray base = Arrays.detached(full, scope);
      NDArray[] arrays = new NDArray[memories.size()];
      for (int r = 0; r < arrays.length; r++) {
        int before = memories.indexOf(memories.get(r));
        arrays[r] =
            split instanceof Split.Whole && before < r
                ? arrays[before]
                : settled(window(split, base, r), full, memories.get(r), manager);
      }
      return new Residents(
          full, NativeArrays.place((PtNDArray) full), split, List.copyOf(memories), arrays);
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  private static NDArray window(Split split, NDArray array, int rank) {
    return split instanceof Split.Along along ? along.window(array, rank) : array;
  }

  private static NDArray settled(NDArray window, NDArray full, Memory memory, NDManager manager) {
    boolean here = Memory.of(full.getDevice()).equals(memory);
    NDArray piece =
        here || !window.getDevice().equals(memory.device())
            ? window.toDevice(memory.device(), false)
            : window.duplicate();
    NDArray leaf = Arrays.detached(piece, manager);
    leaf.setRequiresGradient(full.hasGradient());
    return leaf;
  }

  @Override
  public boolean isClosed() {
    return arrays[0].isReleased() || full.isReleased();
  }

  @Override
  public boolean isStale() {
    return NativeArrays.place((PtNDArray) full) != place;
  }

  /** The first ranks of each piece: copies of a whole parameter may serve several. */
  private int[] owners() {
    return IntStream.range(0, arrays.length)
        .filter(r -> !(split instanceof Split.Whole) || memories.indexOf(memories.get(r)) == r)
        .toArray();
  }

  private boolean isWindow(int rank) {
    return Memory.of(full.getDevice()).equals(memories.get(rank));
  }

  private NDArray atHome(NDArray array, NDManager scope) {
    NDArray there = array.toDevice(full.getDevice(), false);
    there.attach(scope);
    return there;
  }

  @Override
  public void gather() {
    if (!full.hasGradient()) {
      return;
    }
    try (NDManager scope = full.getManager().newSubManager()) {
      NDArray whole = split instanceof Split.Along along ? joined(along, scope) : total(scope);
      if (whole == null) {
        return;
      }
      Pieces.accumulate(full, whole);
      for (NDArray piece : arrays) {
        JniUtils.zeroGrad((PtNDArray) piece);
      }
    }
  }

  private NDArray joined(Split.Along along, NDManager scope) {
    NDList gradients = new NDList();
    boolean any = false;
    for (NDArray piece : arrays) {
      NDArray gradient = Arrays.gradient(piece);
      any |= gradient != null;
      gradients.add(atHome(gradient == null ? piece.zerosLike() : gradient, scope));
    }
    if (!any) {
      return null;
    }
    NDArray whole = NDArrays.concat(gradients, along.pieceAxis()).reshape(full.getShape());
    whole.attach(scope);
    return whole;
  }

  /** The sum of the copies' gradients, with the full array; null if there is none. */
  private NDArray total(NDManager scope) {
    NDArray total = null;
    for (int r : owners()) {
      NDArray gradient = Arrays.gradient(arrays[r]);
      if (gradient != null) {
        NDArray here = atHome(gradient, scope);
        total = total == null ? here : total.add(here);
        total.attach(scope);
      }
    }
    return total;
  }

  @Override
  public void scatter() {
    if (!full.hasGradient()) {
      return;
    }
    if (split instanceof Split.Whole && owners().length > 1) {
      meet();
      return;
    }
    NDArray gradient = Arrays.gradient(full);
    if (gradient == null) {
      return;
    }
    try (NDManager scope = full.getManager().newSubManager()) {
      gradient.attach(scope);
      for (int r : owners()) {
        NDArray part = window(split, gradient, r).toDevice(memories.get(r).device(), false);
        part.attach(scope);
        Pieces.accumulate(arrays[r], part);
      }
      JniUtils.zeroGrad((PtNDArray) full);
    }
  }

  /**
   * Gives all copies the sum of their gradients and of the full array's. Copies are updated each
   * for itself, and stay equal only with equal gradients: each adds up in the same order. They go
   * from device to device, for which nothing waits on the host.
   */
  private void meet() {
    try (NDManager scope = full.getManager().newSubManager()) {
      List<NDArray> gradients = new ArrayList<>();
      Stream.concat(Stream.of(full), IntStream.of(owners()).mapToObj(r -> arrays[r]))
          .map(Arrays::gradient)
          .filter(Objects::nonNull)
          .forEach(gradients::add);
      if (gradients.isEmpty()) {
        return;
      }
      gradients.forEach(gradient -> gradient.attach(scope));
      List<NDArray> sums = new ArrayList<>();
      for (int r : owners()) {
        Device device = memories.get(r).device();
        NDArray first = gradients.get(0);
        // What is on the device already DJL would not copy.
        NDArray sum =
            first.getDevice().equals(device) ? first.duplicate() : first.toDevice(device, false);
        sum.attach(scope);
        for (NDArray gradient : gradients.subList(1, gradients.size())) {
          NDArray there = gradient.toDevice(device, false);
          there.attach(scope);
          sum.addi(there);
        }
        sums.add(sum);
      }
      JniUtils.zeroGrad((PtNDArray) full);
      for (int i = 0; i < sums.size(); i++) {
        NDArray copy = arrays[owners()[i]];
        JniUtils.zeroGrad((PtNDArray) copy);
        Pieces.accumulate(copy, sums.get(i));
      }
    }
  }

  @Override
  public void publish() {
    try (NDManager scope = full.getManager().newSubManager()) {
      NDArray base = Arrays.detached(full, scope);
      int pieces = split instanceof Split.Whole ? 1 : arrays.length;
      for (int r = 0; r < pieces; r++) {
        if (!isWindow(r)) {
          Arrays.write(Arrays.detached(arrays[r], scope), window(split, base, r));
        }
      }
    }
  }

  @Override
  public void refresh() {
    try (NDManager scope = full.getManager().newSubManager()) {
      NDArray base = Arrays.detached(full, scope);
      for (int r : owners()) {
        if (!isWindow(r)) {
          Arrays.write(window(split, base, r), Arrays.detached(arrays[r], scope));
        }
      }
    }
  }
}
