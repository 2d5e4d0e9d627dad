package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearWeightsTest {
  private static final byte E4M3_ONE = 0x38;

  private final Arena arena = Arena.ofAuto();

  /** Row r has the codes r, r + 1, and so on. */
  private Fp4Matrix counting(int rows, int columns, float globalScale) {
    MemorySegment codes = arena.allocate((long) rows * columns / 2);
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < columns; k += 2) {
        int pair = (row + k & 15) | (row + k + 1 & 15) << 4;
        codes.set(JAVA_BYTE, ((long) row * columns + k) / 2, (byte) pair);
      }
    }
    MemorySegment scales = arena.allocate((long) rows * columns / 16).fill(E4M3_ONE);
    return new Fp4Matrix(Fp4Format.NVFP4, rows, columns, codes, scales, globalScale);
  }

  @Test
  void putsEachCodeWhereTheLayoutSaysSo() {
    LinearWeights weights = LinearWeights.pack(arena, List.of(counting(70, 48, 1)), new float[70]);

    assertEquals(64, weights.paddedInputs());
    assertEquals(128, weights.paddedOutputs());
    // Output 66 is the third of the second panel; inputs 9 and 13 share a byte of group 1.
    long at = ((64 / 8 + 1) * 64L + 2) * 4 + 1;
    int pair = weights.codes().get(JAVA_BYTE, at) & 255;
    assertEquals((66 + 9) & 15, pair & 15);
    assertEquals((66 + 13) & 15, pair >> 4);
  }

  @Test
  void paddingHasNoCodesAndNoScales() {
    LinearWeights weights = LinearWeights.pack(arena, List.of(counting(1, 48, 1)), new float[1]);

    assertArrayEquals(new int[64], weights.doubledCodes(1));
    int[] padded = weights.doubledCodes(0);
    for (int k = 48; k < 64; k++) {
      assertEquals(0, padded[k]);
    }
    assertArrayEquals(new float[] {1, 1, 1, 0}, weights.scalesOf(0));
    assertEquals(0, weights.foldMultiplier().getAtIndex(JAVA_FLOAT, 1));
  }

  @Test
  void stacksMatricesWithTheirOwnGlobalScales() {
    Fp4Matrix query = counting(3, 32, 2);
    Fp4Matrix key = counting(2, 32, 8);

    LinearWeights weights = LinearWeights.pack(arena, List.of(query, key), new float[5]);

    assertEquals(5, weights.outputs());
    assertArrayEquals(weights.doubledCodes(0), weights.doubledCodes(3));
    assertEquals(0.25f, weights.blockScale().getAtIndex(JAVA_FLOAT, 2));
    assertEquals(0.0625f, weights.blockScale().getAtIndex(JAVA_FLOAT, 3));
    assertEquals(1f / 2 * 6 / 127, weights.foldScale().getAtIndex(JAVA_FLOAT, 2), 1e-9f);
    assertEquals(1f / 8 * 6 / 127, weights.foldScale().getAtIndex(JAVA_FLOAT, 3), 1e-9f);
  }

  @Test
  void foldedWeightsStandForTheSameNumbersToHalfAStep() {
    KernelData data = new KernelData(1, arena);
    LinearWeights weights = data.weights(Fp4Format.NVFP4, 96, 65);

    for (int n = 0; n < weights.outputs(); n++) {
      int[] folded = weights.folded(n);
      int[] doubled = weights.doubledCodes(n);
      float[] scales = weights.scalesOf(n);
      float foldScale = weights.foldScale().getAtIndex(JAVA_FLOAT, n);
      float blockScale = weights.blockScale().getAtIndex(JAVA_FLOAT, n);
      for (int k = 0; k < folded.length; k++) {
        float exact = doubled[k] * scales[k / 16] * blockScale;
        // Half a step for the weight, and 12 halves of 1/128 for the multiplier.
        assertEquals(exact, folded[k] * foldScale, 0.55f * foldScale);
        assertTrue(Math.abs(folded[k]) <= 127);
      }
    }
  }

  @Test
  void outputsTooSmallToFoldCountAsZero() {
    MemorySegment codes = arena.allocate(16).fill((byte) 0x77);
    MemorySegment scales = arena.allocate(1).fill((byte) 5);
    Fp4Matrix tiny = new Fp4Matrix(Fp4Format.MXFP4, 1, 32, codes, scales, 1);

    LinearWeights weights = LinearWeights.pack(arena, List.of(tiny), new float[1]);

    assertArrayEquals(new int[32], weights.folded(0));
  }

  @Test
  void refusesMatricesThatDoNotFitTogether() {
    List<Fp4Matrix> unlike = List.of(counting(1, 32, 1), counting(1, 64, 1));
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> LinearWeights.pack(arena, unlike, new float[2]));
    assertTrue(e.getMessage().contains("expected NVFP4 with 32, found NVFP4 with 64"));
  }

  @Test
  void refusesABiasOfAnotherLength() {
    List<Fp4Matrix> matrices = List.of(counting(3, 32, 1));
    assertThrows(
        InvalidInputException.class, () -> LinearWeights.pack(arena, matrices, new float[2]));
  }

  @Test
  void refusesScalesThatAreNotNumbersOrNegative() {
    for (int scale : new int[] {0x7F, 0xFF, 0xB8}) {
      Fp4Matrix matrix = counting(2, 32, 1);
      matrix.scales().set(JAVA_BYTE, 3, (byte) scale);
      DamagedException e =
          assertThrows(
              DamagedException.class,
              () -> LinearWeights.pack(arena, List.of(matrix), new float[2]));
      assertTrue(e.getMessage().contains("scale 1 of row 1"), e.getMessage());
    }
  }
}
