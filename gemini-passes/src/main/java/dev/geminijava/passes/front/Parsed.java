package dev.geminijava.passes.front;

import com.github.javaparser.Range;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.DataKey;
import com.github.javaparser.ast.Node;
import dev.geminijava.passes.source.Position;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;

/** A source and its syntax tree, each node with its exact place. */
public final class Parsed {

  private static final DataKey<Parsed> OWNER = new DataKey<>() {};

  private final SourceFile file;
  private final CompilationUnit tree;

  Parsed(SourceFile file, CompilationUnit tree) {
    this.file = file;
    this.tree = tree;
    tree.setData(OWNER, this);
  }

  /** The parsed source that a node belongs to. */
  public static Parsed of(Node node) {
    Node root = node;
    while (root.getParentNode().isPresent()) {
      root = root.getParentNode().get();
    }
    return root.getData(OWNER);
  }

  /** The source. */
  public SourceFile file() {
    return file;
  }

  /** JavaParser's tree. */
  public CompilationUnit tree() {
    return tree;
  }

  /** Whether a top-level type of this file has this canonical name. */
  public boolean declares(String type) {
    return tree.getTypes().stream()
        .anyMatch(t -> t.getFullyQualifiedName().filter(type::equals).isPresent());
  }

  /** The characters of one of this tree's nodes. */
  public Span span(Node node) {
    Range range = node.getRange().orElseThrow();
    int start = file.offset(new Position(range.begin.line, range.begin.column));
    int end = file.offset(new Position(range.end.line, range.end.column)) + 1;
    return new Span(start, end);
  }
}
