package dev.geminijava.runtime.device;

import ai.djl.util.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libtorch that DJL is going to load, found without loading it.
 *
 * @param version its version, {@code 2.7.1}; empty if it does not tell
 * @param cuda the CUDA version that it was built for, {@code 12.8}; {@code ?} if it does not tell
 *     which, empty if for none
 * @param place where it is: a directory, or {@code on board}
 */
public record Libtorch(String version, String cuda, String place) {

  /** Names a directory with a libtorch of the user's; DJL reads it. */
  public static final String PATH = "PYTORCH_LIBRARY_PATH";

  private static final String ON_BOARD = "on board";
  private static final Pattern NUMBER = Pattern.compile("\\d+\\.\\d+\\.\\d+");
  private static final Pattern LOCAL = Pattern.compile("\\+cu(\\d{2})(\\d)\\b");
  private static final Pattern PYTHON = Pattern.compile("cuda\\b[^=\\n]*=\\s*'(\\d+\\.\\d+)'");

  /** Finds it as DJL does: where the variable points, else in a jar on the class path. */
  public static Optional<Libtorch> find(Map<String, String> environment) {
    String path = environment.getOrDefault(PATH, System.getProperty(PATH, ""));
    return Arrays.stream(path.split(Pattern.quote(java.io.File.pathSeparator)))
        .filter(entry -> !entry.isBlank())
        .map(Path::of)
        .map(Libtorch::directory)
        .filter(Libtorch::holdsOne)
        .findFirst()
        .map(Libtorch::in)
        .or(Libtorch::onBoard);
  }

  private static Path directory(Path path) {
    return Files.isRegularFile(path) ? path.toAbsolutePath().getParent() : path.toAbsolutePath();
  }

  private static boolean holdsOne(Path directory) {
    return Files.exists(directory.resolve(System.mapLibraryName("torch")));
  }

  private static Optional<Libtorch> onBoard() {
    Platform platform = Platform.detectPlatform("pytorch");
    if (platform.isPlaceholder()) {
      return Optional.empty();
    }
    Matcher number = NUMBER.matcher(platform.getVersion());
    String flavor = platform.getFlavor();
    return Optional.of(
        new Libtorch(
            number.find() ? number.group() : platform.getVersion(),
            flavor.matches("cu\\d{3}.*") ? flavor.substring(2, 4) + "." + flavor.charAt(4) : "",
            ON_BOARD));
  }

  /** What a directory of libtorch's libraries tells: that of a Python torch, or libtorch's own. */
  static Libtorch in(Path directory) {
    Path above = directory.toAbsolutePath().getParent();
    List<Path> tellers =
        List.of(
            directory.resolve("build-version"),
            above.resolve("build-version"),
            above.resolve("version.py"));
    String told =
        tellers.stream()
            .filter(Files::isReadable)
            .map(Libtorch::text)
            .findFirst()
            .orElse(directory.getFileName().toString());
    Matcher number = NUMBER.matcher(told);
    boolean onGpu = Files.exists(directory.resolve(System.mapLibraryName("torch_cuda")));
    return new Libtorch(
        number.find() ? number.group() : "", onGpu ? cuda(told) : "", directory.toString());
  }

  private static String cuda(String told) {
    Matcher local = LOCAL.matcher(told);
    Matcher python = PYTHON.matcher(told);
    return local.find()
        ? local.group(1) + "." + local.group(2)
        : python.find() ? python.group(1) : "?";
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** True if it is in a jar on the class path. */
  boolean isOnBoard() {
    return place.equals(ON_BOARD);
  }

  /** True if DJL's own native library lies beside it. */
  boolean bringsJni() {
    String name = System.mapLibraryName("djl_torch");
    String api = Platform.fromSystem("pytorch").getApiVersion();
    Path directory = Path.of(place);
    return Files.exists(directory.resolve(api + "-" + name))
        || Files.exists(directory.resolve(name));
  }

  /** What it is, in words. */
  String described() {
    return "libtorch "
        + (version.isEmpty() ? "of an unknown version" : version)
        + switch (cuda) {
          case "" -> " without CUDA";
          case "?" -> " with CUDA";
          default -> " with CUDA " + cuda;
        }
        + (isOnBoard() ? " on board" : " in " + place);
  }

  /** The link of the chain that it is for a program on the CPU. */
  Link link() {
    return Link.good("libtorch", described());
  }

  /** The link of the chain to a GPU that it is. */
  Link gpuLink(JniLibrary jni) {
    return cuda.isEmpty()
        ? Link.absent(
            "libtorch with CUDA",
            described(),
            "one with CUDA",
            "pip install torch=="
                + jni.torch()
                + ", then "
                + jni.variables("cu" + jni.newestCuda()))
        : Link.good("libtorch with CUDA", described());
  }
}
