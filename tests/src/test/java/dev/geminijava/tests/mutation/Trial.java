package dev.geminijava.tests.mutation;

import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.tests.model.CompiledModels;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Optimizers;
import dev.geminijava.tests.transparency.Recording;
import java.nio.file.Path;
import java.util.List;

/**
 * A fault that verification lets pass, run: it is none if the model trains as it does in plain DJL.
 */
final class Trial {

  private static final int BATCH = 6;
  private static final int STEPS = 2;

  private Trial() {}

  /** Whether there is something to train in a file, which the tests' models have. */
  static boolean canRun(Mutant mutant) {
    return mutant.text().path().getParent().endsWith("resources/models");
  }

  /** Whether every number is that of one device, over even and uneven shares. */
  static boolean isSame(Mutant mutant) {
    String name = mutant.text().path().getFileName().toString();
    SourceFile source = new SourceFile(Path.of("models").resolve(name), mutant.text().text());
    String model = name.replace(".java", "");
    try (CompiledModels models = CompiledModels.of(List.of(source))) {
      Recording one = train(models, model, Mode.NONE);
      for (Mode mode : List.of(Mode.SHARDING_2, Mode.SHARDING_3)) {
        if (!one.differences(train(models, model, mode)).isEmpty()) {
          return false;
        }
      }
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** On one device every insertion gives back what it is given: that is plain DJL. */
  private static Recording train(CompiledModels models, String model, Mode mode) {
    return Recording.of(
        models.written(model), Optimizers.SGD.create(), mode.config(), BATCH, STEPS);
  }
}
