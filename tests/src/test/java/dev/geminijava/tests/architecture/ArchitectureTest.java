package dev.geminijava.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Who may know whom. */
class ArchitectureTest {

  private static final String ROOT = "dev.geminijava.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.geminijava");

  // ArchUnit's own JUnit engine was silently passed over by the test runner; these are plain tests.
  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    return Arrays.stream(ArchitectureTest.class.getDeclaredFields())
        .filter(field -> field.getType() == ArchRule.class)
        .map(field -> DynamicTest.dynamicTest(field.getName(), () -> rule(field).check(CLASSES)));
  }

  private static ArchRule rule(Field field) throws IllegalAccessException {
    return (ArchRule) field.get(null);
  }

  static final ArchRule onlyTheFrontEndKnowsTheParser =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "passes.front..")
          .and()
          .resideInAPackage("dev.geminijava..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.github.javaparser..", ROOT + "shaded.javaparser..");

  static final ArchRule onlyDevicesKnowCuda =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "runtime.device..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jcuda..");

  static final ArchRule schedulesKnowNoArrays =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "runtime.schedule..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  static final ArchRule onlyTheLauncherReadsOptions =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  static final ArchRule onlyTheLauncherExits =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should()
          .callMethod(System.class, "exit", int.class);

  static final ArchRule theCompilerKnowsNeitherDjlNorTheRuntime =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "passes..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", ROOT + "runtime..", ROOT + "cli..");

  static final ArchRule theRuntimeKnowsNotTheCompiler =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "passes..", ROOT + "cli..");

  static final ArchRule runtimeLayersDoNotTurnInCircles =
      slices()
          .matching(ROOT + "runtime.(schedule|collective|mesh|trace|text|device)..")
          .should()
          .beFreeOfCycles();

  static final ArchRule plainRuntimePackagesKnowNothingAbove =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "runtime.schedule..",
              ROOT + "runtime.mesh..",
              ROOT + "runtime.text..",
              ROOT + "runtime.trace..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "runtime.exec..",
              ROOT + "runtime.parameter..",
              ROOT + "runtime.train..",
              ROOT + "runtime.collective..");

  static final ArchRule executionKnowsNotWhatTrains =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "runtime.exec..", ROOT + "runtime.parameter..", ROOT + "runtime.collective..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "runtime.train..");

  static final ArchRule commandsStandOnTheLauncherNotUnderIt =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "cli.launch..", ROOT + "cli.config..", ROOT + "cli.report..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "cli.command..");
}
