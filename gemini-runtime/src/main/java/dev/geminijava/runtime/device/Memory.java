package dev.geminijava.runtime.device;

import ai.djl.Device;

/**
 * Where a rank's arrays are. Ranks of one memory hand arrays over as they are; from one memory to
 * another they are copied.
 */
public sealed interface Memory {

  /** The machine's main memory, where the program's own arrays are, too. */
  Memory HOST = new Host();

  /** The device that DJL knows it by. */
  Device device();

  /** Where an array of the program is, that DJL says to be on a device. */
  static Memory of(Device device) {
    return device.isGpu() ? new Gpu(device.getDeviceId()) : HOST;
  }

  /** The machine's main memory, which all virtual devices share. */
  record Host() implements Memory {
    @Override
    public Device device() {
      return Device.cpu();
    }

    @Override
    public String toString() {
      return "host";
    }
  }

  /**
   * A part of main memory that one virtual device has for itself, as a GPU has its own: everything
   * is copied in and out, by threads of its own. To find out without GPUs what happens on several.
   *
   * @param index the virtual device's number
   */
  record Apart(int index) implements Memory {
    @Override
    public Device device() {
      return Device.cpu();
    }

    @Override
    public String toString() {
      return "apart:" + index;
    }
  }

  /**
   * The memory of a GPU.
   *
   * @param index its number
   */
  record Gpu(int index) implements Memory {
    @Override
    public Device device() {
      return Device.gpu(index);
    }

    @Override
    public String toString() {
      return "gpu:" + index;
    }
  }
}
