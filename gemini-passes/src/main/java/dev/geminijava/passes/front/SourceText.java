package dev.geminijava.passes.front;

import dev.geminijava.passes.source.SourceFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import javax.tools.SimpleJavaFileObject;

/** A source for javac. Programs that run from source may call their file anything. */
final class SourceText extends SimpleJavaFileObject {

  private final SourceFile file;

  /** A source with a number that no other one of the same run has. */
  SourceText(SourceFile file, int number) {
    super(uri(file.path(), number), Kind.SOURCE);
    this.file = file;
  }

  private static URI uri(Path path, int number) {
    try {
      return new URI("source", null, "/" + number + "/" + path.getFileName(), null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return kind == Kind.SOURCE;
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return Parser.compilable(file.text());
  }
}
