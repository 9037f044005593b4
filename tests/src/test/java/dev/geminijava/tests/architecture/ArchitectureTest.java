package dev.geminijava.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. */
@AnalyzeClasses(packages = "dev.geminijava", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "dev.geminijava.";

  @ArchTest
  static final ArchRule onlyTheFrontEndKnowsTheParser =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "passes.front..")
          .and()
          .resideInAPackage("dev.geminijava..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.github.javaparser..", ROOT + "shaded.javaparser..");

  @ArchTest
  static final ArchRule onlyDevicesKnowCuda =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "runtime.device..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jcuda..");

  @ArchTest
  static final ArchRule schedulesKnowNoArrays =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "runtime.schedule..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule onlyTheLauncherReadsOptions =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule onlyTheLauncherExits =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule theCompilerKnowsNeitherDjlNorTheRuntime =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "passes..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..", ROOT + "runtime..", ROOT + "cli..");

  @ArchTest
  static final ArchRule theRuntimeKnowsNotTheCompiler =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "runtime..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "passes..", ROOT + "cli..");

  @ArchTest
  static final ArchRule runtimeLayersDoNotTurnInCircles =
      slices()
          .matching(ROOT + "runtime.(schedule|collective|mesh|trace|text|device)..")
          .should()
          .beFreeOfCycles();

  @ArchTest
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

  @ArchTest
  static final ArchRule executionKnowsNotWhatTrains =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "runtime.exec..", ROOT + "runtime.parameter..", ROOT + "runtime.collective..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "runtime.train..");

  @ArchTest
  static final ArchRule commandsStandOnTheLauncherNotUnderIt =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "cli.launch..", ROOT + "cli.config..", ROOT + "cli.report..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "cli.command..");
}
