package dev.geminijava.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
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

  // Each of these waits for a device until it has computed what is read.
  private static final Pattern READS =
      Pattern.compile(
          "to(Byte|Bool|Double|Float|Int|Long|Uint8|Uint16)?(Array|Buffer)|toStringArray"
              + "|get(Boolean|Byte|Double|Float|Int|Long|Uint8)|contentEquals|allClose|encode|nonzero");

  // The first two ask first whether reading is free; the others run beside steps, or once.
  private static final Set<String> MAY_READ =
      Set.of(
          "Scores.areInside",
          "LayerView.isKnown",
          "Chain.probe",
          "Channels.probe",
          "Divisibility.difference",
          "Divisibility.number",
          "Forward.refuseMore",
          "Update.checkGradients");

  static final ArchRule nothingInAStepReadsWhatADeviceComputes =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "runtime",
              ROOT + "runtime.exec..",
              ROOT + "runtime.parameter..",
              ROOT + "runtime.collective..",
              ROOT + "runtime.train..")
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "arrays are read",
                  call ->
                      call.getTargetOwner().isAssignableTo(NDArray.class)
                          && READS.matcher(call.getName()).matches()
                          && !MAY_READ.contains(
                              call.getOriginOwner().getSimpleName()
                                  + "."
                                  + call.getOrigin().getName())));

  static final ArchRule commandsStandOnTheLauncherNotUnderIt =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "cli.launch..", ROOT + "cli.config..", ROOT + "cli.report..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "cli.command..");
}
