package dev.sluice.inference.fp4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Fp4MatrixTest {
  private static Fp4Matrix nvfp4(byte[] codes, byte[] scales, float globalScale) {
    return Fp4Matrix.of(
        Fp4Format.NVFP4,
        2,
        32,
        MemorySegment.ofArray(codes),
        MemorySegment.ofArray(scales),
        globalScale);
  }

  @Test
  void aValueIsCodeTimesScaleDividedByTheGlobalScale() {
    byte[] codes = new byte[32];
    codes[16] = (byte) 0x7b; // Row 1: column 0 is -1.5, column 1 is 6.
    codes[24] = 0x02; // Row 1: column 16 is 1.
    byte[] scales = {0, 0, E4M3.encode(3), E4M3.encode(448)};
    Fp4Matrix matrix = nvfp4(codes, scales, 2);
    assertEquals(-1.5f * 3 / 2, matrix.value(1, 0));
    assertEquals(6f * 3 / 2, matrix.value(1, 1));
    assertEquals(448f / 2, matrix.value(1, 16));
    assertEquals(3f, matrix.scale(1, 0));
    assertEquals(0f, matrix.value(0, 5));
  }

  @Test
  void scalesOfMxfp4ArePowersOfTwo() {
    byte[] codes = new byte[16];
    codes[15] = 0x30; // Column 31 is 1.5.
    Fp4Matrix matrix =
        Fp4Matrix.of(
            Fp4Format.MXFP4,
            1,
            32,
            MemorySegment.ofArray(codes),
            MemorySegment.ofArray(new byte[] {127 - 4}),
            1);
    assertEquals(1.5f / 16, matrix.value(0, 31));
  }

  @Test
  void aRowHasTheValuesOfItsPlaces() {
    Random random = new Random(5);
    byte[] codes = new byte[32];
    random.nextBytes(codes);
    Fp4Matrix matrix = nvfp4(codes, new byte[] {0x38, 0x11, 0x7e, 0x02}, 0.3f);
    for (int row = 0; row < 2; row++) {
      float[] expected = new float[32];
      for (int column = 0; column < 32; column++) {
        expected[column] = matrix.value(row, column);
      }
      assertArrayEquals(expected, matrix.row(row));
      float[] wider = new float[40];
      matrix.dequantize(row, wider, 8);
      assertEquals(expected[31], wider[39]);
    }
  }

  @Test
  void scalesThatAreNanOrNegativeAreDamage() {
    for (int bad : new int[] {0x7f, 0xff, 0x80, 0x81, 0xb8}) {
      byte[] scales = {0x38, 0x38, 0x38, (byte) bad};
      DamagedException thrown =
          assertThrows(DamagedException.class, () -> nvfp4(new byte[32], scales, 1));
      assertTrue(thrown.getMessage().contains("row 1, block 1"), thrown.getMessage());
    }
  }

  @Test
  void scalesWhoseValuesWouldBeInfiniteAreDamage() {
    byte[] scales = {0x38, 0x7e, 0x38, 0x38};
    assertThrows(DamagedException.class, () -> nvfp4(new byte[32], scales, Float.MIN_NORMAL));
  }

  @Test
  void sizesMustFit() {
    assertThrows(InvalidInputException.class, () -> nvfp4(new byte[31], new byte[4], 1));
    assertThrows(InvalidInputException.class, () -> nvfp4(new byte[32], new byte[5], 1));
  }

  @Test
  void columnsMustFillBlocks() {
    MemorySegment codes = MemorySegment.ofArray(new byte[12]);
    MemorySegment scales = MemorySegment.ofArray(new byte[1]);
    assertThrows(
        InvalidInputException.class, () -> new Fp4Matrix(Fp4Format.NVFP4, 1, 24, codes, scales, 1));
  }

  @Test
  void theGlobalScaleMustBePositiveAndFinite() {
    for (float bad : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThrows(InvalidInputException.class, () -> nvfp4(new byte[32], new byte[4], bad));
    }
  }
}
