package dev.geminijava.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript program, written as an archive: a stored zip file with the module's code, a pickle
 * of its (empty) state, its constants and the format version. Any ATen operation is within reach
 * that way, on the device of its arguments and with its gradient; calls may overlap.
 *
 * <pre>
 * TorchScript hypot = TorchScript.of("Hypot", List.of("a", "b"), "return torch.hypot(a, b)");
 * NDArray c = hypot.call(manager, a, b);
 * </pre>
 */
public final class TorchScript {

  private final Block module;

  private TorchScript(Block module) {
    this.module = module;
  }

  /**
   * Makes a program; it lives as long as the process.
   *
   * @param name its name
   * @param parameters its parameters, all tensors
   * @param body its statements, which return a tensor
   * @throws ai.djl.engine.EngineException if libtorch does not understand it
   */
  public static TorchScript of(String name, List<String> parameters, String body) {
    String forward =
        parameters.stream()
                .map(parameter -> ", " + parameter + ": Tensor")
                .collect(
                    Collectors.joining(
                        "", "  def forward(self: __torch__." + name, ") -> Tensor:\n"))
            + body.indent(4);
    PtNDManager manager = (PtNDManager) NDManager.newBaseManager(Device.cpu());
    try {
      return new TorchScript(
          JniUtils.loadModule(
              manager, new ByteArrayInputStream(archive(name, forward)), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the program; its result belongs to the manager. */
  public NDArray call(NDManager manager, NDArray... arguments) {
    NDArray result =
        module
            .forward(new ParameterStore(manager, false), new NDList(arguments), true)
            .singletonOrThrow();
    result.attach(manager);
    return result;
  }

  /**
   * An archive of a module without parameters.
   *
   * @param name the module's class name
   * @param forward its {@code forward} method, indented by two spaces
   */
  private static byte[] archive(String name, String forward) throws IOException {
    String code =
        "class "
            + name
            + "(Module):\n"
            + "  __parameters__ = []\n"
            + "  __buffers__ = []\n"
            + "  training : bool\n"
            + "  _is_full_backward_hook : Optional[bool]\n"
            + forward;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "module/data.pkl", state(name));
      store(zip, "module/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "module/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "module/version", "3\n".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Pickle protocol 2 of {@code __torch__.NAME()} with its two mandatory attributes. */
  private static byte[] state(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2});
    out.writeBytes("c__torch__\n" + name + "\nq\0)\u0081}(");
    string(out, "training");
    out.write(0x88);
    string(out, "_is_full_backward_hook");
    out.writeBytes("Nub.");
    return bytes.toByteArray();
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    out.write('X');
    out.writeInt(Integer.reverseBytes(text.length()));
    out.writeBytes(text);
  }

  // The reader maps the archive's entries, so they must be stored, not deflated.
  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
