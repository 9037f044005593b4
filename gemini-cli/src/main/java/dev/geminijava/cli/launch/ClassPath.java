package dev.geminijava.cli.launch;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The class path of this JVM, and which part of it is the user's.
 *
 * @param entries every entry, in order
 * @param home the directory of our own jars
 */
public record ClassPath(List<String> entries, String home) {

  /** The class path as the launcher script composed it. */
  public static ClassPath current() {
    List<String> entries = new ArrayList<>();
    String path = System.getProperty("java.class.path");
    int start = 0;
    while (start <= path.length()) {
      int end = path.indexOf(File.pathSeparatorChar, start);
      end = end < 0 ? path.length() : end;
      entries.add(start == end ? "." : path.substring(start, end));
      start = end + 1;
    }
    return new ClassPath(entries, System.getProperty("gemini.launch.home", ""));
  }

  /** This class path with further entries at its end. */
  public ClassPath and(List<Path> more) {
    List<String> all = new ArrayList<>(entries);
    for (Path path : more) {
      all.add(path.toString());
    }
    return new ClassPath(all, home);
  }

  /** Whether an entry came with us. */
  private boolean onBoard(String entry) {
    return !home.isEmpty() && entry.startsWith(home);
  }

  /** What a compiler has to look through: of what came with us, nothing but libraries. */
  public List<Path> forCompiling() {
    List<Path> paths = new ArrayList<>();
    for (String entry : entries) {
      boolean holdsNoLibrary =
          onBoard(entry)
              && (entry.endsWith("gemini-cli.jar")
                  || entry.contains("-native")
                  || entry.endsWith("defaults"));
      if (!holdsNoLibrary) {
        paths.add(Path.of(entry));
      }
    }
    return paths;
  }

  /**
   * A text that changes whenever what the entries hold changes, as sizes and times tell it. In the
   * working directory, if it is on the class path only for want of another, just the packages in
   * question count: below it may be anything.
   *
   * @param mentioned the first parts of the qualified names in the program
   */
  String fingerprint(Set<String> mentioned) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < entries.size(); i++) {
      File file = new File(entries.get(i));
      stamp(file, out);
      if (!onBoard(entries.get(i)) && file.isDirectory()) {
        boolean forWant = i > 2 && onBoard(entries.get(i - 1)) && entries.get(i).equals(".");
        below(file, out, forWant ? mentioned : null);
      }
    }
    return out.toString();
  }

  private static void below(File directory, StringBuilder out, Set<String> only) {
    String[] names = directory.list();
    if (names == null) {
      return;
    }
    Arrays.sort(names);
    for (String name : names) {
      File file = new File(directory, name);
      if (name.endsWith(".class")) {
        stamp(file, out);
      } else if (name.indexOf('.') < 0
          && (only == null || only.contains(name))
          && file.isDirectory()) {
        below(file, out, null);
      }
    }
  }

  private static void stamp(File file, StringBuilder out) {
    out.append(file.getPath()).append(' ').append(file.length()).append(' ');
    out.append(file.lastModified()).append('\n');
  }
}
