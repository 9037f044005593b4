package dev.geminijava.cli.lint;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.launch.Words;
import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What there is to look at.
 *
 * @param programs files that are read together: those under one source root
 * @param roots the source roots, where other files may be found that these mention
 * @param classPath folders and jars of classes among what was named
 */
public record LintSources(List<List<SourceFile>> programs, List<Path> roots, List<Path> classPath) {

  private static final Set<String> BUILDS = Set.of("pom.xml", "build.gradle", "build.gradle.kts");
  private static final Set<String> OUTPUTS = Set.of("target", "build", "out", "bin");

  /** Every file. */
  public List<SourceFile> files() {
    return programs.stream().flatMap(List::stream).toList();
  }

  /**
   * Finds the sources.
   *
   * @param paths Java files, folders, jars of sources; folders and jars of classes are for the
   *     class path
   * @param sourcePath further source roots
   * @throws UsageException for a path that is not there or holds nothing
   */
  public static LintSources of(List<Path> paths, List<Path> sourcePath) throws IOException {
    Map<String, SourceFile> files = new LinkedHashMap<>();
    List<Path> classPath = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new UsageException(
            "there is no " + path + ". Name a file or folder of Java sources.");
      }
      List<SourceFile> found =
          Files.isDirectory(path)
              ? inFolder(path)
              : path.toString().endsWith(".java") ? List.of(SourceFile.read(path)) : inJar(path);
      if (found.isEmpty()) {
        classPath.add(path);
      }
      found.forEach(f -> files.putIfAbsent(f.path().toAbsolutePath().normalize() + "", f));
    }
    if (files.isEmpty()) {
      throw new UsageException("there is no .java file in " + paths + ". Name where sources are.");
    }
    Set<Path> roots = new LinkedHashSet<>(sourcePath);
    Map<String, List<SourceFile>> programs = new LinkedHashMap<>();
    for (SourceFile file : files.values()) {
      String packageName = Words.of(file.text()).packageName();
      Optional<Path> root = root(file.path(), packageName);
      root.ifPresent(roots::add);
      // Without a package each file is a program of its own, as 'java FILE' has it.
      String program =
          packageName.isEmpty() || root.isEmpty() ? file.path().toString() : root.get() + "/";
      if (file.path().toString().contains("!/")) {
        program = file.path().toString().replaceAll("!/.*", "!");
      }
      programs.computeIfAbsent(program, p -> new ArrayList<>()).add(file);
    }
    return new LintSources(
        List.copyOf(programs.values()), List.copyOf(roots), List.copyOf(classPath));
  }

  /** The folder in which the file's package begins, if the file stands where its package says. */
  private static Optional<Path> root(Path file, String packageName) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (packageName.isEmpty()) {
      return Optional.of(folder).filter(Files::isDirectory);
    }
    Path tail = Path.of(packageName.replace('.', '/'));
    if (!folder.endsWith(tail)) {
      return Optional.empty();
    }
    for (int i = 0; i < tail.getNameCount(); i++) {
      folder = folder.getParent();
    }
    return Optional.of(folder).filter(Files::isDirectory);
  }

  private static List<SourceFile> inFolder(Path folder) throws IOException {
    Set<Path> found = new TreeSet<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
            return each.equals(folder) || !isPassedOver(each)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            boolean source =
                name.endsWith(".java")
                    && !name.equals("module-info.java")
                    && !name.equals("package-info.java");
            if (source) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    List<SourceFile> files = new ArrayList<>();
    for (Path file : found) {
      files.add(SourceFile.read(file));
    }
    return files;
  }

  /** What is hidden, and what a build leaves beside its sources. */
  private static boolean isPassedOver(Path folder) {
    String name = folder.getFileName().toString();
    return name.startsWith(".")
        || OUTPUTS.contains(name)
            && BUILDS.stream().anyMatch(build -> Files.exists(folder.resolveSibling(build)));
  }

  private static List<SourceFile> inJar(Path jar) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        if (entry.getName().matches("(?!META-INF/).*(?<!-info)\\.java")) {
          byte[] bytes = zip.getInputStream(entry).readAllBytes();
          files.add(
              new SourceFile(
                  Path.of(jar + "!/" + entry.getName()),
                  new String(bytes, StandardCharsets.UTF_8)));
        }
      }
    } catch (java.util.zip.ZipException e) {
      throw new UsageException(
          "cannot read " + jar + ": " + e.getMessage() + ". Name .java files, folders or jars.");
    }
    return files;
  }
}
