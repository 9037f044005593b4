package dev.geminijava.passes.front;

import dev.geminijava.passes.source.SourceFile;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;

/** A source path that is in memory: javac reads a source when it first needs its class. */
final class SourcesOnDemand extends ForwardingJavaFileManager<JavaFileManager> {

  private final Map<URI, String> names = new LinkedHashMap<>();
  private final Map<String, List<JavaFileObject>> packages = new LinkedHashMap<>();

  /**
   * Sources beside what a file manager has.
   *
   * @param sources by the qualified names of the classes at their top
   */
  SourcesOnDemand(JavaFileManager others, Map<String, SourceFile> sources) {
    super(others);
    sources.forEach(
        (name, file) -> {
          SourceText text = new SourceText(file, names.size());
          names.put(text.toUri(), name);
          String in = name.substring(0, Math.max(0, name.lastIndexOf('.')));
          packages.computeIfAbsent(in, p -> new ArrayList<>()).add(text);
        });
  }

  @Override
  public boolean hasLocation(Location location) {
    return location == StandardLocation.SOURCE_PATH || super.hasLocation(location);
  }

  @Override
  public Iterable<JavaFileObject> list(
      Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
      throws IOException {
    if (location != StandardLocation.SOURCE_PATH) {
      return super.list(location, packageName, kinds, recurse);
    }
    return kinds.contains(JavaFileObject.Kind.SOURCE)
        ? packages.getOrDefault(packageName, List.of())
        : List.of();
  }

  @Override
  public String inferBinaryName(Location location, JavaFileObject file) {
    return location == StandardLocation.SOURCE_PATH
        ? names.get(file.toUri())
        : super.inferBinaryName(location, file);
  }
}
