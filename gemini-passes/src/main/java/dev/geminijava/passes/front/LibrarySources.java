package dev.geminijava.passes.front;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.LibraryCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The sources of a library, each of which is parsed, attributed and lifted when somebody first asks
 * for one of its classes. A model uses few of them, and reading all takes seconds. May be asked
 * from many threads; javac answers one at a time.
 */
public final class LibrarySources implements LibraryCode {

  private final Supplier<Map<String, SourceFile>> reader;
  private final List<Path> classPath;
  private final Map<String, ClassCode> byName = new HashMap<>();
  private final Map<SourceFile, ProgramCode> read = new LinkedHashMap<>();
  private Map<String, SourceFile> sources;
  private Attribution attribution;
  private Types types;

  /**
   * Sources that are read as they are needed.
   *
   * @param reader gives the texts by the qualified names of the classes at their top; asked once
   * @param classPath what they need to compile
   */
  public LibrarySources(Supplier<Map<String, SourceFile>> reader, List<Path> classPath) {
    this.reader = reader;
    this.classPath = List.copyOf(classPath);
  }

  /** A library without sources. */
  public static LibrarySources none() {
    return new LibrarySources(Map::of, List.of());
  }

  @Override
  public synchronized Optional<ClassCode> find(String name) {
    if (sources == null) {
      sources = Map.copyOf(reader.get());
    }
    String top = top(name);
    if (!top.isEmpty() && !read.containsKey(sources.get(top))) {
      read(top);
    }
    return Optional.ofNullable(byName.get(name));
  }

  /** The class at the top of a source that a class stands in; empty where none does. */
  private String top(String name) {
    String at = name;
    while (!at.isEmpty() && !sources.containsKey(at)) {
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('$'))));
    }
    return at;
  }

  private void read(String top) {
    SourceFile file = sources.get(top);
    // Neither needs the other.
    CompletableFuture<Optional<Parsed>> tree =
        CompletableFuture.supplyAsync(() -> new Parser().parse(file));
    if (attribution == null) {
      attribution = Attribution.onDemand(sources, classPath);
      types = new Types(attribution);
    }
    attribution.read(top, file);
    ProgramCode code = Lift.lift(new Program(tree.join().stream().toList(), types, List.of()));
    read.put(file, code);
    code.classes().forEach(c -> byName.putIfAbsent(c.name(), c));
    code.anonymous().forEach(c -> byName.putIfAbsent(c.name(), c));
  }

  /** All classes of some of the files whose classes were found. */
  public synchronized ProgramCode in(Collection<SourceFile> files) {
    Set<SourceFile> wanted = new HashSet<>(files);
    List<ClassCode> classes = new ArrayList<>();
    List<ClassCode> anonymous = new ArrayList<>();
    read.forEach(
        (file, code) -> {
          if (wanted.contains(file)) {
            classes.addAll(code.classes());
            anonymous.addAll(code.anonymous());
          }
        });
    return new ProgramCode(classes, anonymous, this::isSubtype);
  }

  private synchronized boolean isSubtype(String type, String supertype) {
    return types != null && types.isSubtype(type, supertype);
  }
}
