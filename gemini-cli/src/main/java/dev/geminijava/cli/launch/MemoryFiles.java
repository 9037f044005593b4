package dev.geminijava.cli.launch;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.lang.model.SourceVersion;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;

/** Sources from memory, class files to memory. */
final class MemoryFiles extends ForwardingJavaFileManager<StandardJavaFileManager> {

  private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

  MemoryFiles(StandardJavaFileManager platform) {
    super(platform);
  }

  /** The class files written so far, by binary name. */
  Map<String, byte[]> classes() {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    for (Map.Entry<String, ByteArrayOutputStream> entry : written.entrySet()) {
      classes.put(entry.getKey(), entry.getValue().toByteArray());
    }
    return classes;
  }

  /** A source; the file that the user names may hold a public class of any name. */
  static JavaFileObject source(Path path, String text, boolean main) {
    return new SimpleJavaFileObject(path.toUri(), JavaFileObject.Kind.SOURCE) {
      @Override
      public String getName() {
        return path.toString();
      }

      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }

      @Override
      public boolean isNameCompatible(String simpleName, Kind kind) {
        return main
            ? kind == Kind.SOURCE && SourceVersion.isIdentifier(simpleName)
            : super.isNameCompatible(simpleName, kind);
      }
    };
  }

  @Override
  public JavaFileObject getJavaFileForOutput(
      JavaFileManager.Location location,
      String className,
      JavaFileObject.Kind kind,
      FileObject sibling) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    written.put(className, bytes);
    Path path = Path.of(className.replace('.', '/') + kind.extension);
    return new SimpleJavaFileObject(path.toUri(), kind) {
      @Override
      public OutputStream openOutputStream() {
        return bytes;
      }
    };
  }
}
