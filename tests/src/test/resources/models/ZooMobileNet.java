package models;

import ai.djl.basicmodelzoo.cv.classification.MobileNetV2;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** The zoo's MobileNetV2, made narrow. */
public final class ZooMobileNet implements Example {

  @Override
  public Block block() {
    return MobileNetV2.builder()
        .optFilters(new int[] {4, 4, 6, 6, 8, 8, 8, 8, 16})
        .optRepeatTimes(new int[] {1, 1, 2, 1, 1, 2, 1, 1, 1})
        .optStrides(new int[] {1, 1, 1, 2, 1, 1, 2, 1, 1})
        .optMultiTimes(new int[] {1, 2, 2, 2, 2, 2, 2})
        .setOutSize(4)
        .build();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 8, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.classes(manager, 4, batch));
  }

  @Override
  public Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }
}
