package dev.geminijava.tests.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.tests.model.CompiledModels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a rule says of an operation is so: with its operands cut in every way that it accepts, the
 * ranks' results, put together as it says, are the result of the whole.
 */
@Tag("slow")
class RulesTest {

  @TempDir private static Path directory;
  private static List<Use> uses;

  /** How many of them, the first ones, are there for what they accept. */
  private static int accepted;

  private static Map<String, MethodCode> codes;
  private static Class<?> compiled;

  @BeforeAll
  static void compile() throws Exception {
    uses = new ArrayList<>(Uses.all());
    accepted = uses.size();
    uses.addAll(Uses.refused());
    SourceFile file = new SourceFile(directory.resolve("Written.java"), text(uses));
    Files.writeString(file.path(), file.text());
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-nowarn", "-d", directory.toString(), file.path().toString());
    assertEquals(0, exit, "javac rejects the uses");
    codes =
        Lift.lift(Program.of(List.of(file), CompiledModels.classPath())).classes().stream()
            .flatMap(c -> c.methods().stream())
            .collect(Collectors.toMap(MethodCode::name, Function.identity()));
    compiled =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, RulesTest.class.getClassLoader())
            .loadClass("Written");
  }

  private static String text(List<Use> uses) {
    StringBuilder text =
        new StringBuilder(
            """
            import ai.djl.*;
            import ai.djl.ndarray.*;
            import ai.djl.ndarray.index.*;
            import ai.djl.ndarray.types.*;
            import ai.djl.nn.*;
            import ai.djl.nn.norm.*;
            import ai.djl.nn.pooling.*;
            import dev.geminijava.runtime.Pipeline;
            import dev.geminijava.torch.FusedAttention;

            public final class Written {
            """);
    for (int i = 0; i < uses.size(); i++) {
      String parameters =
          uses.get(i).operands().stream()
              .map(o -> (o.isArray() ? "NDArray " : "long ") + o.name())
              .collect(Collectors.joining(", "));
      text.append("public static Object use%d(%s) {\n".formatted(i, parameters));
      text.append("  return %s;\n}\n".formatted(uses.get(i).expression()));
    }
    return text.append("}\n").toString();
  }

  private static RuleTrial trial(RuleTable rules, int index) {
    Statement.Return end = (Statement.Return) codes.get("use" + index).body().statements().get(0);
    Expression expression = end.value().orElseThrow();
    Method method =
        Arrays.stream(compiled.getMethods())
            .filter(m -> m.getName().equals("use" + index))
            .findFirst()
            .orElseThrow();
    return new RuleTrial(rules, uses.get(index), expression, operands -> run(method, operands))
        .run();
  }

  private static Object run(Method method, List<Object> operands) {
    try {
      return method.invoke(null, operands.toArray());
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause().toString(), e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OperationRule rule(RuleTable rules, String name) {
    int dot = name.lastIndexOf('.');
    return rules.operation(name.substring(0, dot), name.substring(dot + 1)).orElseThrow();
  }

  @Test
  void everyRuleSaysWhatIsSo() {
    RuleTable rules = RuleTable.load();
    List<String> wrong = new ArrayList<>();
    Set<String> unshown = new TreeSet<>(rules.methods());
    Set<String> linear = new TreeSet<>(rules.methods());
    linear.removeIf(name -> rule(rules, name).linear() == Linear.NO);
    linear.removeAll(Uses.UNSHOWN.keySet());
    Set<String> useless = new TreeSet<>();
    for (int i = 0; i < uses.size(); i++) {
      RuleTrial trial = trial(rules, i);
      if (!trial.faults.isEmpty()) {
        wrong.add(trial.report());
      }
      if (trial.shown.isEmpty() != (i >= accepted)) {
        useless.add(uses.get(i).toString());
      }
      unshown.removeAll(trial.shown);
      linear.removeAll(trial.shownLinear);
    }
    assertEquals("", String.join("\n", wrong), "rules that are wrong");
    assertEquals(
        Set.of(),
        useless,
        "uses that take something cut, or do not, against what they are there for");
    Set<String> listed = new TreeSet<>(Uses.UNSHOWN.keySet());
    listed.removeAll(unshown);
    unshown.removeAll(Uses.UNSHOWN.keySet());
    assertEquals(Set.of(), unshown, "methods whose rules no use shows");
    assertEquals(Set.of(), listed, "methods that are listed as not shown, and are");
    assertEquals(Set.of(), linear, "methods that no use shows to be linear");
  }

  /** Otherwise nothing would be shown by the test above. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "softmax | ... -> ...",
        "matMul | ...ij, ...jk -> ...ki",
        "dot | ij, jk -> ij",
        "add | ..., ...i -> ...i",
        "batchMatMul | bij, bjk -> jik",
        "median | ...i -> ...",
      })
  void aWrongRuleIsFound(String method, String line) {
    String owner = "ai.djl.ndarray.NDArray";
    RuleTable right = RuleTable.load();
    List<OperationRule> rules = new ArrayList<>();
    for (String name : right.methods()) {
      OperationRule rule = rule(right, name);
      boolean replaced = name.equals(owner + "." + method);
      rules.add(
          replaced
              ? OperationRule.factors(owner, method, line)
              : OperationRule.of(
                  rule.owner(), name.substring(name.lastIndexOf('.') + 1), rule.transfer()));
    }
    RuleTable wrong = RuleTable.of(right.layers(), rules);
    boolean found = false;
    for (int i = 0; i < uses.size() && !found; i++) {
      if (uses.get(i).expression().contains("." + method + "(")) {
        found = !trial(wrong, i).faults.isEmpty();
      }
    }
    assertFalse(!found, line + " passes for " + method);
  }
}
