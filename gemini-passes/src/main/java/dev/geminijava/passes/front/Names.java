package dev.geminijava.passes.front;

import com.github.javaparser.JavaToken;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.ImportDeclaration;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.TypeDeclaration;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How inserted text calls classes in one file: by simple name, with an import that stands on a line
 * that is already there; or by full name, where the simple name could mean something else.
 */
public final class Names {

  private static final Pattern REFERENCE = Pattern.compile("#\\{([\\w.]+)}");

  private final Parsed parsed;
  private final Types types;
  private final Set<String> identifiers = new HashSet<>();

  /** Looks at a file. */
  public Names(Parsed parsed, Types types) {
    this.parsed = parsed;
    this.types = types;
    parsed
        .tree()
        .getTokenRange()
        .ifPresent(
            tokens -> {
              for (JavaToken token : tokens) {
                if (token.getCategory().isIdentifier()) {
                  identifiers.add(token.getText());
                }
              }
            });
  }

  /**
   * Replaces every <code>#{a.b.C}</code> in a text.
   *
   * @param text the text
   * @param pass the pass that needs the imports
   * @param imports takes the imports that the text needs
   */
  public String resolve(String text, String pass, Consumer<Edit> imports) {
    return REFERENCE
        .matcher(text)
        .replaceAll((MatchResult match) -> refer(match.group(1), pass, imports));
  }

  private String refer(String type, String pass, Consumer<Edit> imports) {
    int dot = type.lastIndexOf('.');
    String simple = type.substring(dot + 1);
    if (isImported(type, type.substring(0, dot))) {
      return simple;
    }
    if (isTaken(simple)) {
      return type;
    }
    imports.accept(importOf(type, pass));
    return simple;
  }

  private boolean isImported(String type, String packageName) {
    CompilationUnit tree = parsed.tree();
    boolean samePackage =
        tree.getPackageDeclaration()
            .map(p -> p.getNameAsString().equals(packageName))
            .orElse(false);
    return samePackage
        || tree.getImports().stream()
            .filter(i -> !i.isStatic())
            .anyMatch(i -> i.getNameAsString().equals(i.isAsterisk() ? packageName : type));
  }

  /** Any use of the name, or an inherited member that the file does not even mention, takes it. */
  private boolean isTaken(String simple) {
    return identifiers.contains(simple)
        || parsed.tree().findAll(TypeDeclaration.class).stream()
            .anyMatch(declaration -> types.hasMember((Node) declaration, simple));
  }

  private Edit importOf(String type, String pass) {
    CompilationUnit tree = parsed.tree();
    String why = "the inserted code uses it";
    String text = "import " + type + ";";
    List<ImportDeclaration> imports =
        tree.getImports().stream().filter(i -> !i.isStatic()).toList();
    Optional<ImportDeclaration> previous =
        imports.stream()
            .filter(i -> i.getNameAsString().compareTo(type) < 0)
            .reduce((first, second) -> second);
    Optional<Span> after =
        previous
            .map(parsed::span)
            .or(
                () ->
                    imports.isEmpty()
                        ? tree.getPackageDeclaration().map(parsed::span)
                        : Optional.empty());
    if (after.isPresent()) {
      return new Edit(Edit.Kind.IMPORT, Span.at(after.get().end()), " " + text, "", pass, why);
    }
    return new Edit(Edit.Kind.IMPORT, Span.at(firstDeclaration()), text + " ", "", pass, why);
  }

  private int firstDeclaration() {
    CompilationUnit tree = parsed.tree();
    if (!tree.getImports().isEmpty()) {
      return parsed.span(tree.getImports().get(0)).start();
    }
    TypeDeclaration<?> type = tree.getType(0);
    return type.getJavadocComment().map(parsed::span).orElse(parsed.span(type)).start();
  }
}
