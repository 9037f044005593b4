package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;

/** Finds models that come as a compiled graph. */
public final class OpaqueSymbolBlock implements Check {

  private static final String SYMBOL_BLOCK = Djl.SYMBOL_BLOCK;

  @Override
  public String code() {
    return "symbol-block";
  }

  @Override
  public String title() {
    return "a SymbolBlock is one piece: neither split nor cut";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public List<Diagnostic> run(LintUnit unit) {
    List<Diagnostic> found = new ArrayList<>();
    if (unit.classes().stream().anyMatch(c -> unit.isA(c.name(), SYMBOL_BLOCK))) {
      return List.of();
    }
    for (Statement body : unit.bodies()) {
      List<Expression> all = Walk.allExpressions(body);
      boolean asks =
          all.stream()
              .anyMatch(
                  e ->
                      e instanceof Expression.Other other
                          && other.what().equals("InstanceOf")
                          && unit.file().text(other.span()).contains("SymbolBlock"));
      all.stream()
          .filter(e -> isOne(unit, e) && !(asks && e instanceof Expression.Cast))
          .forEach(
              e ->
                  found.add(
                      finding(
                          unit,
                          e.span(),
                          "a SymbolBlock is a graph compiled elsewhere: its layers have no Java"
                              + " source, so all of it stays on one device",
                          "build the network of DJL's blocks and load the parameters, or keep this"
                              + " part small")));
    }
    return found.stream().distinct().toList();
  }

  /** Where one is made, or a block is found to be one. */
  private static boolean isOne(LintUnit unit, Expression expression) {
    boolean source =
        expression instanceof Expression.Creation
            || expression instanceof Expression.Cast
            || expression instanceof Expression.Call call
                && (call.method().equals("newInstance") || call.method().equals("newSymbolBlock"));
    return source && unit.isA(expression.type(), SYMBOL_BLOCK);
  }
}
