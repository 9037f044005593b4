package dev.geminijava.cli.command;

import dev.geminijava.cli.launch.ClassPath;
import dev.geminijava.cli.launch.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The sources of the library classes that stand in for DJL's own.
 *
 * @param texts by path in the jar, such as {@code ai/djl/nn/SequentialBlock.java}
 */
record Library(Map<String, String> texts) {

  /** Those that came with us. */
  static Library onBoard() throws IOException {
    return read(Path.of(ClassPath.current().home(), "gemini-overlay-sources.jar"));
  }

  /** Reads them; without the jar there are none. */
  static Library read(Path jar) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    if (Files.exists(jar)) {
      try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          if (entry.getName().endsWith(".java")) {
            texts.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
          }
        }
      }
    }
    return new Library(texts);
  }

  /** The classes that sources mention, directly or through one another. */
  Map<String, String> neededBy(Collection<String> sources) {
    Map<String, String> needed = new LinkedHashMap<>();
    ArrayDeque<String> open = new ArrayDeque<>(sources);
    while (!open.isEmpty()) {
      Words words = Words.of(open.poll());
      for (Map.Entry<String, String> entry : texts.entrySet()) {
        if (!needed.containsKey(entry.getKey()) && mentions(words, entry.getKey())) {
          needed.put(entry.getKey(), entry.getValue());
          open.add(entry.getValue());
        }
      }
    }
    return new TreeMap<>(needed);
  }

  private static boolean mentions(Words words, String path) {
    String type = path.substring(0, path.length() - ".java".length()).replace('/', '.');
    String packageName = type.substring(0, type.lastIndexOf('.'));
    String simple = type.substring(type.lastIndexOf('.') + 1);
    boolean visible =
        words.packageName().equals(packageName) || words.names().contains(packageName + ".*");
    for (String name : words.names()) {
      if (name.equals(type)
          || name.startsWith(type + ".")
          || visible && (name.equals(simple) || name.startsWith(simple + "."))) {
        return true;
      }
    }
    return false;
  }
}
