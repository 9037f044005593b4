package models;

import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** The zoo's ResNetV1: branches, and BatchNorm, which makes samples see each other. */
public final class ZooResNet implements Example {

  @Override
  public Block block() {
    return ResNetV1.builder()
        .setNumLayers(20)
        .setImageShape(new Shape(1, 8, 8))
        .setOutSize(4)
        .build();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 1, 8, 8));
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
