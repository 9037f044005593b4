package dev.geminijava.cli.command;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import dev.geminijava.cli.launch.CompileFailure;
import dev.geminijava.cli.launch.Source;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A syntax tree, as javac reads a file.
 *
 * @param kind what the node is, such as {@code method invocation}
 * @param label the name, operator or value that it has of its own, or an empty string
 * @param line where it begins, from 1
 * @param column where in the line, from 1
 */
record SyntaxTree(String kind, String label, long line, long column, List<SyntaxTree> children) {

  /** Parses a file. */
  static SyntaxTree of(Source source) throws CompileFailure {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("source:///Source.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public String getName() {
            return source.path().toString();
          }

          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source.text();
          }
        };
    StringWriter messages = new StringWriter();
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, List.of("-proc:none"), null, List.of(file));
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      if (messages.getBuffer().length() > 0) {
        throw new CompileFailure(messages.toString());
      }
      Scan scan = new Scan(unit, Trees.instance(task).getSourcePositions());
      unit.accept(scan, null);
      List<SyntaxTree> children = scan.siblings;
      return new SyntaxTree("compilation unit", source.path().toString(), 1, 1, children);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A line for each node, indented by its depth. */
  String toText() {
    StringBuilder out = new StringBuilder();
    text(out, 0);
    return out.toString();
  }

  private void text(StringBuilder out, int depth) {
    out.append("  ".repeat(depth)).append(kind);
    if (!label.isEmpty()) {
      out.append(' ').append(label);
    }
    out.append("  ").append(line).append(':').append(column).append('\n');
    for (SyntaxTree child : children) {
      child.text(out, depth + 1);
    }
  }

  /** The tree for Graphviz. */
  String toDot() {
    StringBuilder out = new StringBuilder("digraph ast {\n");
    out.append("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];\n");
    dot(out, new int[1]);
    return out.append("}\n").toString();
  }

  private int dot(StringBuilder out, int[] count) {
    int id = count[0]++;
    String text = label.isEmpty() ? kind : kind + "\n" + label;
    out.append("  n").append(id).append(" [label=").append(Drawing.quoted(text)).append("];\n");
    for (SyntaxTree child : children) {
      int below = child.dot(out, count);
      out.append("  n").append(id).append(" -> n").append(below).append(";\n");
    }
    return id;
  }

  private static String labelOf(Tree tree) {
    if (tree instanceof ClassTree type) {
      return type.getSimpleName().toString();
    } else if (tree instanceof MethodTree method) {
      return method.getName().toString();
    } else if (tree instanceof VariableTree variable) {
      return variable.getName().toString();
    } else if (tree instanceof IdentifierTree identifier) {
      return identifier.getName().toString();
    } else if (tree instanceof MemberSelectTree select) {
      return isName(select) ? select.toString() : "." + select.getIdentifier();
    } else if (tree instanceof MemberReferenceTree reference) {
      return "::" + reference.getName();
    } else if (tree instanceof ModifiersTree modifiers) {
      return modifiers.getFlags().toString();
    } else if (tree instanceof LiteralTree || tree instanceof PrimitiveTypeTree) {
      return tree.toString();
    }
    return "";
  }

  /** Names joined by dots are one node: a tree of their parts tells nothing more. */
  private static boolean isName(Tree tree) {
    return tree instanceof IdentifierTree
        || tree instanceof MemberSelectTree select && isName(select.getExpression());
  }

  /** Collects the nodes below one another. */
  private static final class Scan extends TreeScanner<Void, Void> {

    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private List<SyntaxTree> siblings = new ArrayList<>();

    Scan(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public Void scan(Tree tree, Void none) {
      if (tree == null) {
        return null;
      }
      if (tree instanceof ModifiersTree modifiers
          && modifiers.getFlags().isEmpty()
          && modifiers.getAnnotations().isEmpty()) {
        return null;
      }
      List<SyntaxTree> outer = siblings;
      siblings = new ArrayList<>();
      if (!isName(tree)) {
        super.scan(tree, none);
      }
      long start = positions.getStartPosition(unit, tree);
      boolean written = start >= 0;
      outer.add(
          new SyntaxTree(
              tree.getKind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              labelOf(tree),
              written ? unit.getLineMap().getLineNumber(start) : 0,
              written ? unit.getLineMap().getColumnNumber(start) : 0,
              siblings));
      siblings = outer;
      return null;
    }
  }
}
