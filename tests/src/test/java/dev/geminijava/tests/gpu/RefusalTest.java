package dev.geminijava.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Model;
import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.device.Chain;
import dev.geminijava.runtime.device.Link;
import dev.geminijava.runtime.train.GeminiModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {

  /** Before anything is trained, with what is missing and what works. */
  @ParameterizedTest
  @ValueSource(strings = {"gpu:0,1", "gpus:2"})
  void gpusThatCannotBeUsedAreRefusedInOneLine(String devices) {
    assumeFalse(
        Chain.toGpus(System.getenv()).stream().allMatch(Link::isGood), "there are GPUs here");
    GeminiConfig config =
        GeminiConfig.builder().mode(ParallelMode.PIPELINE).devices(devices).quiet(true).build();
    try (Model model = GeminiModel.of(Model.newInstance("mlp"), config)) {
      model.setBlock(new Mlp(4, 2, new int[] {8}));
      String message =
          assertThrows(
                  GeminiConfigException.class,
                  () -> model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss())))
              .getMessage();
      assertTrue(message.startsWith("devices=" + devices + ": found "), message);
      assertTrue(message.endsWith("; --devices=cpu:2 works without"), message);
      assertEquals(1, message.lines().count());
    }
  }
}
