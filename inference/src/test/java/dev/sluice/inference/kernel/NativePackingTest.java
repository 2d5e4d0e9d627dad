package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packing in C against packing in Java. */
@ExtendWith(SeedPrinter.class)
class NativePackingTest {
  private final Arena arena = Arena.ofAuto();
  private final KernelData data = new KernelData(SeedPrinter.SEED, arena);

  @BeforeEach
  void assumeLibrary() {
    NativeLibrary library = NativeLibrary.ofThisMachine();
    Assumptions.assumeTrue(library.isPresent(), "skipped: " + library.problem());
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameBytes(Fp4Format format) {
    for (int draw = 0; draw < 20; draw++) {
      int inputs = format.block() * data.between(1, 40);
      List<Fp4Matrix> matrices =
          List.of(
              data.matrix(format, data.between(1, 150), inputs),
              data.matrix(format, data.between(1, 70), inputs));
      int outputs = matrices.get(0).rows() + matrices.get(1).rows();
      float[] bias = data.row(outputs, KernelData.Row.GAUSSIAN);

      LinearWeights expected = LinearWeights.pack(arena, matrices, bias);
      LinearWeights actual = NativePacking.pack(arena, matrices, bias);

      assertSame("codes", expected.codes(), actual.codes());
      assertSame("scales", expected.scales(), actual.scales());
      assertSame("foldMultiplier", expected.foldMultiplier(), actual.foldMultiplier());
      assertSame("foldScale", expected.foldScale(), actual.foldScale());
      assertSame("foldSums", expected.foldSums(), actual.foldSums());
      assertSame("blockScale", expected.blockScale(), actual.blockScale());
      assertSame("bias", expected.bias(), actual.bias());
      for (int n = 0; n < expected.paddedOutputs(); n++) {
        // Exact for E4M3; powers of two that lie far apart may round in another order.
        float sum = expected.blockSums().getAtIndex(JAVA_FLOAT, n);
        float other = actual.blockSums().getAtIndex(JAVA_FLOAT, n);
        assertEquals(sum, other, format == Fp4Format.NVFP4 ? 0 : Math.ulp(sum), "blockSums " + n);
      }
    }
  }

  private static void assertSame(String what, MemorySegment expected, MemorySegment actual) {
    assertEquals(-1, expected.mismatch(actual), what);
  }

  @Test
  void minusZeroIsAScaleOfZero() {
    Fp4Matrix matrix = data.matrix(Fp4Format.NVFP4, 3, 32);
    matrix.scales().set(JAVA_BYTE, 2, (byte) 0x80);
    float[] bias = new float[3];
    LinearWeights weights = NativePacking.pack(arena, List.of(matrix), bias);
    assertEquals(0, weights.scales().get(JAVA_BYTE, 1));
    LinearWeights expected = LinearWeights.pack(arena, List.of(matrix), bias);
    assertSame("scales", expected.scales(), weights.scales());
  }

  @Test
  void namesAScaleThatIsNotANumber() {
    Fp4Matrix matrix = data.matrix(Fp4Format.NVFP4, 3, 32);
    matrix.scales().set(JAVA_BYTE, 3, (byte) 0x7F);
    DamagedException e =
        assertThrows(
            DamagedException.class, () -> NativePacking.pack(arena, List.of(matrix), new float[3]));
    assertTrue(e.getMessage().contains("scale 1 of row 1"), e.getMessage());
  }

  @Test
  void refusesABiasOfAnotherLength() {
    List<Fp4Matrix> matrices = List.of(data.matrix(Fp4Format.MXFP4, 3, 32));
    assertThrows(
        InvalidInputException.class, () -> NativePacking.pack(arena, matrices, new float[2]));
  }
}
