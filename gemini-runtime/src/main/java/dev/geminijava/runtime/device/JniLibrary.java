package dev.geminijava.runtime.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * DJL's own native library, compiled against one version of libtorch.
 *
 * @param version its version, {@code 2.7.1-0.35.1}: libtorch's, then DJL's
 * @param classifier the platform, {@code linux-x86_64}
 * @param flavors the builds on board for it, {@code cpu} and {@code cu128}
 */
record JniLibrary(String version, String classifier, List<String> flavors) {

  private static final String FLAVOR = "PYTORCH_FLAVOR";

  // DJL asks for no other builds: CUDA versions since it began to publish them.
  private static final int OLDEST_CUDA = 117;
  private static final int NEWEST_CUDA = 139;

  JniLibrary {
    flavors = List.copyOf(flavors);
  }

  /** What is on the class path for a platform. */
  static JniLibrary onBoard(String classifier) {
    Properties properties = new Properties();
    try (InputStream in = resource("jnilib/pytorch.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> flavors = new ArrayList<>();
    if (isThere(classifier, "cpu")) {
      flavors.add("cpu");
    }
    for (int cuda = OLDEST_CUDA; cuda <= NEWEST_CUDA; cuda++) {
      if (isThere(classifier, "cu" + cuda)) {
        flavors.add("cu" + cuda);
      }
    }
    return new JniLibrary(properties.getProperty("jni_version", ""), classifier, flavors);
  }

  private static boolean isThere(String classifier, String flavor) {
    String name = System.mapLibraryName("djl_torch");
    return JniLibrary.class
            .getClassLoader()
            .getResource("jnilib/" + classifier + "/" + flavor + "/" + name)
        != null;
  }

  private static InputStream resource(String name) {
    return JniLibrary.class.getClassLoader().getResourceAsStream(name);
  }

  /** The version of libtorch that it was compiled against; empty if it is not there. */
  String torch() {
    return version.contains("-") ? version.substring(0, version.indexOf('-')) : version;
  }

  /** The newest CUDA version that a build on board is for, {@code 128}; empty if none is. */
  String newestCuda() {
    return flavors.stream()
        .filter(flavor -> flavor.startsWith("cu"))
        .map(flavor -> flavor.substring(2))
        .reduce("", (a, b) -> b);
  }

  /** The build that fits a libtorch's kind; empty if none on board does. */
  String flavorFor(Libtorch libtorch) {
    if (libtorch.cuda().isEmpty()) {
      return flavors.contains("cpu") ? "cpu" : "";
    }
    // It uses no library of CUDA's itself, only libtorch's: the major version is enough.
    String major = libtorch.cuda().split("\\.")[0];
    return flavors.stream()
        .filter(flavor -> libtorch.cuda().equals("?") || flavor.startsWith("cu" + major))
        .filter(flavor -> flavor.startsWith("cu"))
        .reduce("", (a, b) -> b);
  }

  /** The variables that make DJL use a libtorch of the user's. */
  String variables(String flavor) {
    return "export %s=…/torch/lib PYTORCH_VERSION=%s PYTORCH_FLAVOR=%s"
        .formatted(Libtorch.PATH, torch(), flavor);
  }

  /**
   * The link of the chain that it is, in front of a libtorch.
   *
   * @param environment in which DJL reads what kind of libtorch it is told to use
   */
  Link link(Libtorch libtorch, Map<String, String> environment) {
    String part = "DJL's JNI";
    if (flavors.isEmpty()) {
      return Link.wrong(
          part,
          "none for " + classifier,
          "pytorch-jni on the class path",
          "put ai.djl.pytorch:pytorch-jni there");
    }
    String flavor = flavorFor(libtorch);
    boolean sameTorch = libtorch.version().isEmpty() || libtorch.version().equals(torch());
    if (!sameTorch || flavor.isEmpty()) {
      String newest = newestCuda();
      return Link.wrong(
          part,
          "%s (%s) before %s".formatted(version, String.join(", ", flavors), libtorch.described()),
          "libtorch " + torch() + ", for " + String.join(" or ", flavors),
          newest.isEmpty()
              ? "take the libtorch on board: unset " + Libtorch.PATH
              : "pip install torch==" + torch() + ", or unset " + Libtorch.PATH);
    }
    String named = environment.getOrDefault(FLAVOR, System.getProperty(FLAVOR, ""));
    if (!libtorch.isOnBoard() && !libtorch.bringsJni() && !named.equals(flavor)) {
      // Left alone DJL asks for a build for older compilers, which has not been made for years.
      return Link.wrong(
          part,
          named.isEmpty() ? "no " + FLAVOR : FLAVOR + "=" + named,
          FLAVOR + "=" + flavor,
          variables(flavor));
    }
    return Link.good(part, version + ", " + flavor);
  }
}
