package dev.geminijava.passes.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What JavaParser's nodes mean, by javac's attribution. */
class TypesTest {

  private static final String SOURCE =
      """
      package a;

      import ai.djl.nn.*;
      import ai.djl.nn.norm.BatchNorm;
      import ai.djl.nn.core.Linear;
      import java.util.*;

      class Net<B extends Block> extends SequentialBlock {
        static final int UNITS = 4 * 8;
        List<Linear> layers = new ArrayList<>();
        B generic;

        void build(int count) {
          Block norm = BatchNorm.builder().optAxis(2).build();
          add(new ParallelBlock(lists -> lists.get(0)));
          layers.get(0).getDirectParameters();
          for (var layer : layers) {
            add(layer);
          }
          int[][] table = {{count, UNITS}};
          generic.clear();
          Runnable run = new Runnable() {
            @Override public void run() { add(norm); }
          };
        }
      }
      """;

  private static Program program;
  private static Parsed parsed;

  @BeforeAll
  static void attribute() {
    SourceFile file = new SourceFile(Path.of("Net.java"), SOURCE);
    program = Program.of(List.of(file), Rewriting.classPath());
    parsed = program.sources().get(0);
  }

  /** The first expression with this text. */
  private static Expression expression(String text) {
    return parsed
        .tree()
        .findFirst(Expression.class, e -> parsed.file().text(parsed.span(e)).equals(text))
        .orElseThrow();
  }

  private static Method method(String text) {
    return program.types().method(expression(text)).orElseThrow();
  }

  @Test
  void builderChainsThatASymbolSolverFailsOn() {
    assertEquals(
        new Method(
            "ai.djl.nn.norm.BatchNorm.BaseBuilder",
            "build",
            List.of(),
            "ai.djl.nn.norm.BatchNorm",
            false,
            false),
        method("BatchNorm.builder().optAxis(2).build()"));
    assertEquals(
        "ai.djl.nn.norm.BatchNorm.BaseBuilder", method("BatchNorm.builder().optAxis(2)").owner());
  }

  @Test
  void lambdasGivenToConstructors() {
    Method constructor = method("new ParallelBlock(lists -> lists.get(0))");
    assertTrue(constructor.is("ai.djl.nn.ParallelBlock", Method.CONSTRUCTOR));
    assertEquals(List.of("java.util.function.Function"), constructor.parameterTypes());
    assertEquals("ai.djl.ndarray.NDList", method("lists.get(0)").returnType());
  }

  @Test
  void theTypeOfAGenericCallIsTheOneItHasHere() {
    assertEquals(
        Optional.of("ai.djl.nn.core.Linear"), program.types().type(expression("layers.get(0)")));
    assertTrue(program.types().isA(expression("layers.get(0)"), "ai.djl.nn.Block"));
    assertTrue(program.types().isA(expression("generic"), "ai.djl.nn.Block"));
    assertFalse(program.types().isA(expression("layers"), "ai.djl.nn.Block"));
  }

  @Test
  void aNameHasItsDeclaration() {
    Declaration layer =
        program
            .types()
            .variable(
                parsed
                    .tree()
                    .findFirst(NameExpr.class, n -> n.getNameAsString().equals("layer"))
                    .orElseThrow())
            .orElseThrow();
    assertEquals(Declaration.Kind.LOCAL, layer.kind());
    assertEquals("ai.djl.nn.core.Linear", layer.type());
    assertEquals("var layer", parsed.file().text(layer.span().orElseThrow()));
    Declaration layers = program.types().variable(expression("layers")).orElseThrow();
    assertEquals(Declaration.Kind.FIELD, layers.kind());
    assertEquals(
        "List<Linear> layers = new ArrayList<>();",
        parsed.file().text(layers.span().orElseThrow()));
    assertEquals(
        Declaration.Kind.PARAMETER,
        program.types().variable(expression("count")).orElseThrow().kind());
  }

  @Test
  void constantsAreEvaluated() {
    assertEquals(Optional.of(32), program.types().constant(expression("UNITS")));
    assertEquals(Optional.empty(), program.types().constant(expression("count")));
  }

  @Test
  void classesKnowTheirSupertypes() {
    Node net = parsed.tree().findFirst(ClassOrInterfaceDeclaration.class).orElseThrow();
    assertEquals(Optional.of("a.Net"), program.types().className(net));
    assertTrue(program.types().declaresSubtype(net, "ai.djl.nn.Block"));
    assertTrue(program.types().hasMember(net, "children"), "inherited from AbstractBlock");
    assertFalse(program.types().hasMember(net, "norm"));
  }

  @Test
  void everyCallOfTheFileIsKnown() {
    for (MethodCallExpr call : parsed.tree().findAll(MethodCallExpr.class)) {
      assertTrue(program.types().method(call).isPresent(), call.toString());
    }
  }

  @Test
  void whatIsNotThereHasNoAnswer() {
    assertEquals(Optional.empty(), program.types().method(expression("count")));
    assertFalse(program.types().isSubtype("no.Such", "ai.djl.nn.Block"));
    assertFalse(program.types().isA(expression("count"), "no.Such"));
  }
}
