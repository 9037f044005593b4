package dev.geminijava.runtime.device;

import ai.djl.util.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands between a program and its devices, from DJL down to the driver. Nothing native but
 * the driver and JCuda is loaded to find out, so that the answer comes where a program would crash.
 */
public final class Chain {

  private Chain() {}

  /** The links that a program on the CPU needs. */
  public static List<Link> toCpu(Map<String, String> environment) {
    Platform platform = Platform.fromSystem("pytorch");
    JniLibrary jni = JniLibrary.onBoard(platform.getClassifier());
    List<Link> links = new ArrayList<>();
    links.add(Link.good("DJL", platform.getApiVersion() + ", PyTorch engine"));
    Optional<Libtorch> libtorch = Libtorch.find(environment);
    links.add(libtorch.map(Libtorch::link).orElseGet(() -> missing(jni)));
    libtorch.ifPresent(found -> links.add(jni.link(found, environment)));
    return links;
  }

  private static Link missing(JniLibrary jni) {
    return Link.wrong(
        "libtorch",
        "none",
        "libtorch " + jni.torch(),
        "put ai.djl.pytorch:pytorch-native-cpu on the class path, or set " + Libtorch.PATH);
  }

  /** The further links that a program on GPUs needs. */
  public static List<Link> toGpus(Map<String, String> environment) {
    return toGpus(Driver.find(), environment);
  }

  /**
   * Why GPUs cannot be used, in a line with what to do.
   *
   * @param devices those that were asked for
   * @param count how many ranks they are
   */
  public static Optional<String> refusal(
      String devices, int count, Map<String, String> environment) {
    return toGpus(environment).stream()
        .filter(link -> !link.isGood())
        .findFirst()
        .map(
            link ->
                "devices=%s: %s; --devices=cpu:%d works without"
                    .formatted(devices, link.inWords(), count));
  }

  static List<Link> toGpus(Driver driver, Map<String, String> environment) {
    JniLibrary jni = JniLibrary.onBoard(Platform.fromSystem("pytorch").getClassifier());
    List<Link> links = new ArrayList<>();
    links.add(driver.link());
    links.add(
        Gpus.behind(driver)
            .link()
            .orElseGet(
                () -> Link.absent("JCuda", "no driver to ask", "a driver", "as for the driver")));
    Libtorch.find(environment).ifPresent(libtorch -> links.add(libtorch.gpuLink(jni)));
    return links;
  }
}
