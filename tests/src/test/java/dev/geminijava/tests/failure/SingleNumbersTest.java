package dev.geminijava.tests.failure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

/** Arrays of one number are made by the device that they are for, with all their digits. */
class SingleNumbersTest {

  @Test
  void keepTheirDigitsAndTypes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (float number : new float[] {0.1f, -0.0f, Float.NaN, Float.MIN_VALUE, 1e38f}) {
        NDArray array = manager.create(number);
        assertEquals(DataType.FLOAT32, array.getDataType());
        assertEquals(new Shape(), array.getShape());
        assertEquals(Float.floatToIntBits(number), Float.floatToIntBits(array.getFloat()));
      }
      for (double number : new double[] {0.1, Double.MIN_VALUE, 1e300}) {
        assertEquals(number, manager.create(new double[] {number}).getDouble(0));
      }
      for (long number : new long[] {3, -(1L << 52), (1L << 53) + 1, Long.MIN_VALUE}) {
        assertEquals(number, manager.create(number).getLong());
      }
      assertEquals(Integer.MIN_VALUE, manager.create(Integer.MIN_VALUE).getInt());
      assertEquals(-7, manager.create((byte) -7).getByte());
      assertEquals(true, manager.create(true).getBoolean());
      assertArrayEquals(
          new float[] {2}, manager.create(new float[] {2}, new Shape(1, 1, 1)).toFloatArray());
    }
  }
}
