package dev.geminijava.runtime.device;

import java.util.ArrayList;
import java.util.List;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaDeviceProp;
import jcuda.runtime.cudaError;

/** The GPUs through JCuda's runtime API. Touch only where there is a driver. */
final class CudaGpus {

  private CudaGpus() {}

  /** The CUDA version whose runtime JCuda brings, as CUDA counts. */
  static int runtimeVersion() {
    int[] version = new int[1];
    check(JCuda.cudaRuntimeGetVersion(version), "ask for the version of the runtime");
    return version[0];
  }

  static List<Gpu> list() {
    // Errors are returned, not thrown: some of them only say that there is nothing.
    JCuda.setExceptionsEnabled(false);
    int[] count = new int[1];
    int error = JCuda.cudaGetDeviceCount(count);
    if (error == cudaError.cudaErrorNoDevice) {
      return List.of();
    }
    check(error, "count the GPUs");
    int[] current = new int[1];
    check(JCuda.cudaGetDevice(current), "find the current GPU");
    List<Gpu> gpus = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      gpus.add(gpu(i, count[0]));
    }
    check(JCuda.cudaSetDevice(current[0]), "go back to GPU " + current[0]);
    return gpus;
  }

  private static Gpu gpu(int index, int count) {
    cudaDeviceProp properties = new cudaDeviceProp();
    check(JCuda.cudaGetDeviceProperties(properties, index), "describe GPU " + index);
    // Free memory is that of the current device.
    check(JCuda.cudaSetDevice(index), "select GPU " + index);
    long[] free = new long[1];
    long[] total = new long[1];
    check(JCuda.cudaMemGetInfo(free, total), "ask for the memory of GPU " + index);
    List<Integer> peers = new ArrayList<>();
    int[] access = new int[1];
    for (int peer = 0; peer < count; peer++) {
      if (peer != index) {
        check(JCuda.cudaDeviceCanAccessPeer(access, index, peer), "ask for peers of GPU " + index);
        if (access[0] != 0) {
          peers.add(peer);
        }
      }
    }
    return new Gpu(
        index,
        properties.getName(),
        properties.major + "." + properties.minor,
        total[0],
        free[0],
        peers);
  }

  static void check(int error, String what) {
    if (error != cudaError.cudaSuccess) {
      throw new IllegalStateException(
          "cannot "
              + what
              + ": "
              + JCuda.cudaGetErrorString(error)
              + " (CUDA error "
              + error
              + ")");
    }
  }
}
