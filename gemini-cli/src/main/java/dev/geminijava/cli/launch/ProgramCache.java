package dev.geminijava.cli.launch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Compiled programs of earlier runs. An entry holds all that its result depends on and is used only
 * if that is equal, so the file name is merely where to look. What cannot be read is not there;
 * what cannot be written is not kept.
 */
final class ProgramCache {

  private static final int FORMAT = 0x67656d31;
  private static final int KEPT = 64;
  private static final String SUFFIX = ".program";

  private final Path directory;

  ProgramCache(Path directory) {
    this.directory = directory;
  }

  /** The user's, as the XDG base directory specification has it. */
  static ProgramCache ofUser(Map<String, String> environment, String home) {
    String base = environment.get("XDG_CACHE_HOME");
    Path caches =
        base == null || !new File(base).isAbsolute() ? Path.of(home, ".cache") : Path.of(base);
    return new ProgramCache(caches.resolve("gemini-java"));
  }

  /** The program compiled from exactly this, or null. */
  CompiledProgram find(String key) {
    Path file = file(key);
    try {
      byte[] all = Files.readAllBytes(file);
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(all));
      if (all.length < 16 || in.readInt() != FORMAT || in.readLong() != sum(all)) {
        return null;
      }
      if (!Arrays.equals(bytes(in), key.getBytes(StandardCharsets.UTF_8))) {
        return null;
      }
      List<String> types = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        types.add(text(in));
      }
      Map<String, byte[]> classes = new LinkedHashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        classes.put(text(in), bytes(in));
      }
      return new CompiledProgram(types, classes, text(in), text(in));
    } catch (IOException e) {
      return null;
    }
  }

  /** Keeps a program for later runs. */
  void keep(String key, CompiledProgram program) {
    try {
      ByteArrayOutputStream buffer = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(buffer);
      out.writeInt(FORMAT);
      out.writeLong(0);
      put(out, key.getBytes(StandardCharsets.UTF_8));
      out.writeInt(program.types().size());
      for (String type : program.types()) {
        put(out, type.getBytes(StandardCharsets.UTF_8));
      }
      out.writeInt(program.classes().size());
      for (Map.Entry<String, byte[]> entry : program.classes().entrySet()) {
        put(out, entry.getKey().getBytes(StandardCharsets.UTF_8));
        put(out, entry.getValue());
      }
      put(out, program.messages().getBytes(StandardCharsets.UTF_8));
      put(out, program.logging().getBytes(StandardCharsets.UTF_8));
      byte[] all = buffer.toByteArray();
      long sum = sum(all);
      for (int i = 0; i < 8; i++) {
        all[4 + i] = (byte) (sum >>> 56 - 8 * i);
      }
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, "writing", null);
      Files.write(temporary, all);
      // Another run may do the same at this moment; either result is right.
      Files.move(temporary, file(key), StandardCopyOption.REPLACE_EXISTING);
      prune();
    } catch (IOException e) {
      // A full disk or a read-only home costs the next run time, nothing else.
    }
  }

  private void prune() throws IOException {
    File[] files = directory.toFile().listFiles((in, name) -> name.endsWith(SUFFIX));
    if (files == null || files.length <= KEPT) {
      return;
    }
    Arrays.sort(files, Comparator.comparingLong(File::lastModified));
    for (int i = 0; i < files.length - KEPT; i++) {
      Files.deleteIfExists(files[i].toPath());
    }
  }

  private Path file(String key) {
    long hash = 0;
    for (int i = 0; i < key.length(); i++) {
      hash = hash * 0x100000001b3L ^ key.charAt(i);
    }
    return directory.resolve(Long.toHexString(hash) + SUFFIX);
  }

  /** The checksum of what follows the head. */
  private static long sum(byte[] all) {
    CRC32 crc = new CRC32();
    crc.update(all, 12, all.length - 12);
    return crc.getValue();
  }

  private static void put(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }
}
