package dev.geminijava.runtime.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainTest {

  private static final JniLibrary JNI =
      new JniLibrary("2.7.1-0.35.1", "linux-x86_64", List.of("cpu", "cu128"));

  @TempDir private Path directory;

  @Test
  void aDriverThatIsNotThere() {
    Driver none = Driver.find("libcuda-of-nobody.so.1", directory.resolve("version"));
    assertEquals(
        "found no NVIDIA driver, needed a driver for CUDA 12.0 or later: install one; on a machine"
            + " without GPU, none is needed",
        none.link().inWords());
    assertEquals(Link.Status.ABSENT, none.link().status());
  }

  /** What a container without its GPUs looks like: the host's kernel module shines through. */
  @Test
  void aKernelModuleWithoutItsLibraries() throws IOException {
    Path version =
        Files.writeString(
            directory.resolve("version"),
            """
            NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024
            GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)
            """);
    Driver driver = Driver.find("libcuda-of-nobody.so.1", version);
    assertEquals("550.54.15", driver.module());
    assertEquals(Link.Status.WRONG, driver.link().status());
    assertTrue(driver.link().inWords().contains("550.54.15, but no libcuda.so.1"));
  }

  /** The driver's library answers with its number; one that is compiled here stands for it. */
  @Test
  void aDriverThatIsTooOldOrDoesNotAnswer() throws IOException, InterruptedException {
    Driver old = Driver.find(driver("*version = 11040; return 0"), directory.resolve("none"));
    assertEquals(
        "found a driver for CUDA 11.4, needed a driver for CUDA 12.0 or later: update the driver",
        old.link().inWords());
    Driver deaf = Driver.find(driver("return 999"), directory.resolve("none"));
    assertTrue(deaf.link().inWords().contains("does not answer (CUDA error 999)"));
    Driver young = Driver.find(driver("*version = 13000; return 0"), directory.resolve("none"));
    assertEquals("driver for CUDA 13.0", young.link().found().substring(2));
    assertTrue(young.link().isGood());
  }

  /** JCuda, behind a driver that tells its version and can nothing else. */
  @Test
  void aDriverThatJCudaCannotUse() throws IOException, InterruptedException {
    Driver young = Driver.find(driver("*version = 12060; return 0"), directory.resolve("none"));
    assumeTrue(Inventory.detect().gpus().isEmpty(), "a real driver stands behind it here");
    Inventory inventory = Inventory.detect(young);
    assertTrue(inventory.gpus().isEmpty());
    assertEquals("12.6", inventory.cudaVersion());
    assertTrue(inventory.withoutGpus().contains("CUDA error"), inventory.withoutGpus());
    assertEquals(1, inventory.withoutGpus().lines().count());
    assertTrue(inventory.withoutGpus().endsWith("--devices=cpu:N works without"));
  }

  /** GPUs that nothing uses are not selected only to have been selected. */
  @Test
  void whichGpusAreInUseIsAskedOfTheDriver() throws IOException, InterruptedException {
    String driver =
        library(
            """
            int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) {
              *flags = 0;
              *active = device == 1;
              return device == 2 ? 101 : 0;
            }
            """);
    assertFalse(Driver.isInUse(driver, 0));
    assertTrue(Driver.isInUse(driver, 1));
    assertFalse(Driver.isInUse(driver, 2));
  }

  private String driver(String body) throws IOException, InterruptedException {
    return library("int cuDriverGetVersion(int *version) { " + body + "; }");
  }

  private String library(String text) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(directory, "driver");
    Path source = Files.writeString(folder.resolve("driver.c"), text);
    Path library = folder.resolve("libcuda.so.1");
    try {
      Process gcc =
          new ProcessBuilder("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
              .inheritIO()
              .start();
      assumeTrue(gcc.waitFor(1, TimeUnit.MINUTES) && gcc.exitValue() == 0, "gcc fails");
    } catch (IOException e) {
      assumeTrue(false, "no gcc");
    }
    return library.toString();
  }

  @Test
  void theLibtorchOnBoardFitsItsJni() {
    List<Link> links = Chain.toCpu(Map.of());
    assertEquals(List.of("DJL", "libtorch", "DJL's JNI"), links.stream().map(Link::part).toList());
    assertTrue(links.stream().allMatch(Link::isGood), links.toString());
  }

  @Test
  void aPythonTorchTellsItsVersion() throws IOException {
    Path lib = torch("torch_cuda");
    Files.writeString(
        lib.resolveSibling("version.py"),
        """
        __version__ = '2.7.1+cu126'
        cuda: Optional[str] = '12.6'
        """);
    Libtorch found = Libtorch.find(Map.of(Libtorch.PATH, lib.toString())).orElseThrow();
    assertEquals(new Libtorch("2.7.1", "12.6", lib.toString()), found);
    // CUDA's minor version does not matter: the JNI library calls libtorch only.
    assertEquals(
        "2.7.1-0.35.1, cu128", JNI.link(found, Map.of("PYTORCH_FLAVOR", "cu128")).inWords());
    assertEquals(
        "found no PYTORCH_FLAVOR, needed PYTORCH_FLAVOR=cu128: export"
            + " PYTORCH_LIBRARY_PATH=…/torch/lib PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128",
        JNI.link(found, Map.of()).inWords());
    assertTrue(found.gpuLink(JNI).isGood());
  }

  @Test
  void aJniThatDoesNotFitItsLibtorch() throws IOException {
    Path lib = torch("torch_cuda");
    Files.writeString(
        lib.resolveSibling("version.py"),
        """
        __version__ = '2.11.0+cu130'
        cuda: Optional[str] = '13.0'
        """);
    Link link = JNI.link(Libtorch.in(lib), Map.of());
    assertFalse(link.isGood());
    assertEquals(
        "found 2.7.1-0.35.1 (cpu, cu128) before libtorch 2.11.0 with CUDA 13.0 in %s, needed libtorch 2.7.1, for cpu or cu128: pip install torch==2.7.1, or unset PYTORCH_LIBRARY_PATH"
            .formatted(lib),
        link.inWords());
  }

  @Test
  void aLibtorchWithoutCuda() throws IOException {
    Path lib = torch();
    Files.writeString(lib.resolveSibling("build-version"), "2.7.1+cpu\n");
    Libtorch found = Libtorch.in(lib);
    assertEquals("", found.cuda());
    assertEquals("2.7.1-0.35.1, cpu", JNI.link(found, Map.of("PYTORCH_FLAVOR", "cpu")).inWords());
    assertTrue(
        found
            .gpuLink(JNI)
            .inWords()
            .startsWith(
                "found libtorch 2.7.1 without CUDA in " + lib + ", needed one with CUDA: "));
  }

  private Path torch(String... libraries) throws IOException {
    Path lib =
        Files.createDirectories(Files.createTempDirectory(directory, "torch").resolve("lib"));
    Files.createFile(lib.resolve(System.mapLibraryName("torch")));
    for (String library : libraries) {
      Files.createFile(lib.resolve(System.mapLibraryName(library)));
    }
    return lib;
  }
}
