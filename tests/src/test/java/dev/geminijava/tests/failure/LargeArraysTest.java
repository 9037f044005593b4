package dev.geminijava.tests.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.NativeArrays;
import org.junit.jupiter.api.Test;

class LargeArraysTest {

  /** DJL's buffers end at 2 GiB; nothing touches the memory of this array. */
  @Test
  void areFoundInMemoryToo() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray large = manager.create(new Shape(3, 1L << 30), DataType.INT8);
      assertThrows(EngineException.class, () -> NativeArrays.memory((PtNDArray) large));
      NDArray beginning = JniUtils.slice((PtNDArray) large, 0, 0, 1, 1);
      assertEquals(
          NativeArrays.place((PtNDArray) beginning), NativeArrays.place((PtNDArray) large));
    }
  }
}
