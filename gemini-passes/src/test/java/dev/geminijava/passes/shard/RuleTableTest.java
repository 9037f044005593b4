package dev.geminijava.passes.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RuleTableTest {

  private final RuleTable table = RuleTable.load();

  @Test
  void everyRuleIsAboutSomethingThatDjlHas() throws ClassNotFoundException {
    for (String method : table.methods()) {
      String owner = method.substring(0, method.lastIndexOf('.'));
      if (!owner.startsWith("ai.djl.")) {
        continue;
      }
      Set<String> names =
          Arrays.stream(Class.forName(owner, false, getClass().getClassLoader()).getMethods())
              .map(m -> m.getName())
              .collect(Collectors.toSet());
      assertTrue(names.contains(method.substring(owner.length() + 1)), method + " is not DJL's");
    }
  }

  @Test
  void noRuleLetsADrawOrAReadPassAsElementwise() {
    List<String> never = List.of("getFloat", "toFloatArray", "getScalar", "set", "copyTo");
    for (String name : never) {
      assertTrue(table.operation(NDArray.class.getName(), name).isEmpty(), name);
    }
  }

  @Test
  void twoRulesForOneMethodAreAMistake() {
    OperationRule rule = OperationRule.factors("A", "f g", "... -> ...");
    OperationRule same = OperationRule.factors("A", "g", "... -> ...");
    assertThrows(
        IllegalArgumentException.class, () -> RuleTable.of(List.of(), List.of(rule, same)));
  }

  @Test
  void factorsAreReadAndWrittenAlike() {
    for (String line : List.of("...ij, ...jk -> ...ik", "... -> ...", "..., ve -> ...e")) {
      assertEquals(line, Factors.parse(line).toString());
    }
    assertThrows(IllegalArgumentException.class, () -> Factors.parse("...i -> ...j"));
    assertThrows(IllegalArgumentException.class, () -> Factors.parse("...i"));
  }
}
