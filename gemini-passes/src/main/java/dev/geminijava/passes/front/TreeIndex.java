package dev.geminijava.passes.front;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.VariableElement;

/** javac's trees of one source, found by their place. */
final class TreeIndex {

  private final Map<Span, TreePath> expressions = new HashMap<>();
  private final Map<Span, TreePath> declarations = new HashMap<>();
  private final Map<Element, Span> variables = new HashMap<>();
  private final Map<String, List<VariableElement>> named = new HashMap<>();

  TreeIndex(CompilationUnitTree unit, Trees trees) {
    SourcePositions positions = trees.getSourcePositions();
    new TreePathScanner<Void, Void>() {
      @Override
      public Void scan(Tree tree, Void nothing) {
        if (tree instanceof ExpressionTree
            || tree instanceof ClassTree
            || tree instanceof VariableTree
            || tree instanceof MethodTree) {
          int start = (int) positions.getStartPosition(unit, tree);
          int end = (int) positions.getEndPosition(unit, tree);
          // What javac made up itself has no end.
          if (start >= 0 && end >= start) {
            note(new Span(start, end), new TreePath(getCurrentPath(), tree));
          }
        }
        return super.scan(tree, nothing);
      }

      private void note(Span span, TreePath path) {
        Tree tree = path.getLeaf();
        (tree instanceof ExpressionTree ? expressions : declarations).putIfAbsent(span, path);
        if (tree instanceof VariableTree) {
          Element element = trees.getElement(path);
          if (element instanceof VariableElement variable
              && variables.putIfAbsent(variable, span) == null) {
            String name = variable.getSimpleName().toString();
            named.computeIfAbsent(name, n -> new ArrayList<>()).add(variable);
          }
        }
      }
    }.scan(new TreePath(unit), null);
  }

  Optional<TreePath> expression(Span span) {
    return Optional.ofNullable(expressions.get(span));
  }

  Optional<TreePath> declaration(Span span) {
    return Optional.ofNullable(declarations.get(span));
  }

  /** The variable whose declaration has its name at a place. */
  Optional<VariableElement> variableNamedAt(Span name, String text) {
    return named.getOrDefault(text, List.of()).stream()
        .filter(variable -> variables.get(variable).contains(name))
        .min(Comparator.comparingInt(variable -> variables.get(variable).length()));
  }

  Optional<Span> variable(Element element) {
    return Optional.ofNullable(variables.get(element));
  }
}
