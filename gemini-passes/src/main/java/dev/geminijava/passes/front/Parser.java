package dev.geminijava.passes.front;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.ast.CompilationUnit;
import dev.geminijava.passes.source.SourceFile;
import java.util.Optional;

/** Text to tree. What is an error is for javac to say: whatever does not parse has no tree. */
public final class Parser {

  private final JavaParser parser =
      new JavaParser(
          new ParserConfiguration()
              .setLanguageLevel(LanguageLevel.BLEEDING_EDGE)
              .setTabSize(1)
              .setStoreTokens(true));

  /** The tree of a source, if it has one. */
  public Optional<Parsed> parse(SourceFile file) {
    ParseResult<CompilationUnit> result = parser.parse(compilable(file.text()));
    return result.isSuccessful()
        ? result.getResult().map(tree -> new Parsed(file, tree))
        : Optional.empty();
  }

  /** Java lets a program that is run from source begin with a shebang; as a comment it is Java. */
  static String compilable(String text) {
    return text.startsWith("#!") ? "//" + text.substring(2) : text;
  }
}
