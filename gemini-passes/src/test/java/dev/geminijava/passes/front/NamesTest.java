package dev.geminijava.passes.front;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.pass.WrapModels;
import org.junit.jupiter.api.Test;

/** Where the import goes, and when there is none. */
class NamesTest {

  private static final String MAKE =
      "ai.djl.Model make() { return ai.djl.Model.newInstance(\"m\"); }";
  private static final String MADE =
      "ai.djl.Model make() { return GeminiModel.of(ai.djl.Model.newInstance(\"m\")); }";
  private static final String MADE_IN_FULL =
      "ai.djl.Model make() { return dev.geminijava.runtime.train.GeminiModel.of("
          + "ai.djl.Model.newInstance(\"m\")); }";
  private static final String IMPORT = "import dev.geminijava.runtime.train.GeminiModel;";

  private static void becomes(String before, String after, String... others) {
    Rewriting.of(new WrapModels(), before.replace("MAKE", MAKE), others)
        .becomes(
            after
                .replace("MADE_IN_FULL", MADE_IN_FULL)
                .replace("MADE", MADE)
                .replace("IMPORT", IMPORT));
  }

  @Test
  void itStandsInOrderAmongTheOthers() {
    becomes(
        "package a;\n\nimport ai.djl.ndarray.*; // arrays\nimport java.util.List;\n\nclass A { MAKE }\n",
        "package a;\n\nimport ai.djl.ndarray.*; IMPORT // arrays\nimport java.util.List;\n\nclass A { MADE }\n");
  }

  @Test
  void itMayBeTheFirst() {
    becomes(
        "import java.util.List;\n\nclass A { MAKE }\n",
        "IMPORT import java.util.List;\n\nclass A { MADE }\n");
  }

  @Test
  void withoutOthersItStandsAfterThePackage() {
    becomes(
        "/* a */ package a; // a\nclass A { MAKE }\n",
        "/* a */ package a; IMPORT // a\nclass A { MADE }\n");
  }

  @Test
  void staticImportsAreNoPlaceForIt() {
    becomes(
        "import static java.lang.Math.PI;\nclass A { MAKE }\n",
        "IMPORT import static java.lang.Math.PI;\nclass A { MADE }\n");
  }

  @Test
  void inABareFileItStandsBeforeTheClass() {
    becomes(
        "// hello\n\n@Deprecated class A { MAKE }\n",
        "// hello\n\nIMPORT @Deprecated class A { MADE }\n");
    becomes("/** Doc. */\nclass A { MAKE }\n", "IMPORT /** Doc. */\nclass A { MADE }\n");
  }

  @Test
  void aShebangStaysTheFirstLine() {
    becomes(
        "#!/usr/bin/java --source 17\nclass A { MAKE }\n",
        "#!/usr/bin/java --source 17\nIMPORT class A { MADE }\n");
  }

  @Test
  void anotherClassOfThatNameKeepsIt() {
    becomes("class GeminiModel { MAKE }\n", "class GeminiModel { MADE_IN_FULL }\n");
    becomes(
        "package a;\nclass A { GeminiModel other; MAKE }\n",
        "package a;\nclass A { GeminiModel other; MADE_IN_FULL }\n",
        "package a; class GeminiModel {}");
  }

  @Test
  void anInheritedMemberOfThatNameKeepsIt() {
    becomes(
        "package a;\nclass A extends Base { MAKE }\n",
        "package a;\nclass A extends Base { MADE_IN_FULL }\n",
        "package a; class Base { static class GeminiModel {} }");
  }

  @Test
  void whatIsImportedAlreadyIsUsed() {
    becomes(
        "import dev.geminijava.runtime.train.*;\nclass A { MAKE }\n",
        "import dev.geminijava.runtime.train.*;\nclass A { MADE }\n");
    becomes(
        "import dev.geminijava.runtime.train.GeminiModel;\nclass A { MAKE }\n",
        "import dev.geminijava.runtime.train.GeminiModel;\nclass A { MADE }\n");
  }
}
