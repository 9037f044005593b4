package dev.geminijava.cli.launch;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sources of a program: the file that was named, first, and the files under its source root
 * that it mentions, directly or through others.
 *
 * @param sources the main file, then the others in the order in which they were found
 * @param prefixes the first parts of the qualified names that they mention
 */
public record Program(List<Source> sources, Set<String> prefixes) {

  /** Finds the sources of the program whose main file is given. */
  public static Program of(Path mainFile) {
    return new Search(mainFile).program();
  }

  /** Finds the sources of several files that belong together. */
  public static Program of(List<Path> files) {
    Map<Path, Source> all = new LinkedHashMap<>();
    Set<String> prefixes = new TreeSet<>();
    for (Path file : files) {
      Program program = of(file);
      prefixes.addAll(program.prefixes());
      for (Source source : program.sources()) {
        all.putIfAbsent(source.path().toAbsolutePath().normalize(), source);
      }
    }
    return new Program(List.copyOf(all.values()), prefixes);
  }

  /** The main file. */
  Source main() {
    return sources.get(0);
  }

  /** Every source, by the path that messages show. */
  public Map<Path, String> texts() {
    Map<Path, String> texts = new LinkedHashMap<>();
    for (Source source : sources) {
      texts.put(source.path(), source.text());
    }
    return texts;
  }

  /** Whether a library of ours could have anything to do with it. */
  boolean mentions(String word) {
    for (Source source : sources) {
      if (source.text().contains(word)) {
        return true;
      }
    }
    return false;
  }

  private static final class Search {

    private final Path mainFile;
    private final Map<Path, Source> found = new LinkedHashMap<>();
    private final ArrayDeque<Source> open = new ArrayDeque<>();
    private final Map<String, Set<String>> listings = new HashMap<>();
    private final Set<String> prefixes = new TreeSet<>();

    /** The directory of the unnamed package; null if it is the working directory. */
    private Path root;

    Search(Path mainFile) {
      this.mainFile = mainFile;
    }

    Program program() {
      Source main = Source.read(mainFile);
      found.put(mainFile.toAbsolutePath().normalize(), main);
      Words words = Words.of(main.text());
      if (findRoot(words.packageName())) {
        follow(words);
        while (!open.isEmpty()) {
          follow(Words.of(open.poll().text()));
        }
      }
      return new Program(List.copyOf(found.values()), prefixes);
    }

    /** Whether the main file stands where its package says; alone it may stand anywhere. */
    private boolean findRoot(String packageName) {
      root = mainFile.getParent();
      if (packageName.isEmpty()) {
        return true;
      }
      Path directory = mainFile.toAbsolutePath().normalize().getParent();
      Path tail = Path.of(packageName.replace('.', File.separatorChar));
      if (!directory.endsWith(tail)) {
        return false;
      }
      root = directory;
      for (int i = 0; i < tail.getNameCount(); i++) {
        root = root.getParent();
      }
      // Messages name files as the user did: relative to here, if the main file was.
      Path written = mainFile.getParent();
      if (!mainFile.isAbsolute() && written != null && written.endsWith(tail)) {
        int above = written.getNameCount() - tail.getNameCount();
        root = above == 0 ? null : written.subpath(0, above);
      } else if (!mainFile.isAbsolute()) {
        Path relative = Path.of("").toAbsolutePath().relativize(root);
        root = relative.toString().isEmpty() ? null : relative;
      }
      return true;
    }

    private void follow(Words words) {
      List<String> packages = new ArrayList<>();
      packages.add(words.packageName());
      for (String name : words.names()) {
        if (name.endsWith(".*")) {
          packages.add(name.substring(0, name.length() - 2));
        } else {
          qualified(name);
        }
      }
      for (String name : words.names()) {
        int dot = name.indexOf('.');
        String first = dot < 0 ? name : name.substring(0, dot);
        if (dot > 0) {
          prefixes.add(first);
        }
        for (String in : packages) {
          add(in, first);
        }
      }
    }

    /** {@code a.b.Encoder.SIZE}: the first part that is a file. */
    private void qualified(String name) {
      int dot = name.indexOf('.');
      while (dot > 0) {
        int next = name.indexOf('.', dot + 1);
        if (add(name.substring(0, dot), name.substring(dot + 1, next < 0 ? name.length() : next))) {
          return;
        }
        if (files(name.substring(0, dot)).isEmpty()
            && !directory(name.substring(0, dot)).isDirectory()) {
          return;
        }
        dot = next;
      }
    }

    private boolean add(String packageName, String type) {
      if (!files(packageName).contains(type)) {
        return false;
      }
      Path path = directory(packageName).toPath().resolve(type + ".java");
      if (root == null && packageName.isEmpty()) {
        path = Path.of(type + ".java");
      }
      Path key = path.toAbsolutePath().normalize();
      if (!found.containsKey(key)) {
        Source source = Source.read(path);
        if (Words.of(source.text()).packageName().equals(packageName)) {
          found.put(key, source);
          open.add(source);
        }
      }
      return true;
    }

    private File directory(String packageName) {
      String below = packageName.replace('.', File.separatorChar);
      return root == null
          ? new File(below.isEmpty() ? "." : below)
          : new File(root.toString(), below);
    }

    /** The types that have a file of their own in a package. */
    private Set<String> files(String packageName) {
      Set<String> files = listings.get(packageName);
      if (files == null) {
        files = new TreeSet<>();
        String[] listing = directory(packageName).list();
        if (listing != null) {
          for (String file : listing) {
            if (file.endsWith(".java")) {
              files.add(file.substring(0, file.length() - 5));
            }
          }
        }
        listings.put(packageName, files);
      }
      return files;
    }
  }
}
