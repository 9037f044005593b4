package dev.geminijava.runtime.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ByteSizeTest {

  @Test
  void unitsAreBinaryOrDecimal() {
    assertEquals(2L << 30, ByteSize.parse("2GiB"));
    assertEquals(512L << 20, ByteSize.parse("512 mib"));
    assertEquals(1_500_000_000L, ByteSize.parse("1.5GB"));
    assertEquals(4096, ByteSize.parse("4096"));
  }

  @Test
  void whatIsNoSizeIsRefusedByName() {
    for (String text : List.of("", "GiB", "2 XiB", "-1GiB", "0", "2G", "ki", "99999999TiB")) {
      Exception refused =
          assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text), text);
      assertTrue(refused.getMessage().startsWith("`" + text + "` is not a size"));
    }
  }

  @Test
  void printsTheLargestUnitThatFits() {
    assertEquals("0 B", ByteSize.format(0));
    assertEquals("1023 B", ByteSize.format(1023));
    assertEquals("1.0 KiB", ByteSize.format(1024));
    assertEquals("1.0 MiB", ByteSize.format((1 << 20) - 1));
    assertEquals("139.8 GiB", ByteSize.format(150_109_257_728L));
  }

  @Test
  void roundedUpIsReadBackAsEnough() {
    for (long bytes : new long[] {1, 1023, 1 << 20, (1 << 20) + 1, 3L << 30, (3L << 30) + 7}) {
      assertTrue(ByteSize.parse(ByteSize.roundedUp(bytes)) >= bytes);
    }
    assertEquals("3073MiB", ByteSize.roundedUp((3L << 30) + 7));
  }
}
