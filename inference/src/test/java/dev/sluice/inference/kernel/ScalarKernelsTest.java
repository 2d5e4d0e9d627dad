package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.kernel.KernelData.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the oracle is itself held against: results worked out by hand or from the weights. */
class ScalarKernelsTest {
  private final Arena arena = Arena.ofAuto();
  private final KernelData data = new KernelData(1, arena);

  @Test
  void aFlippedBitOfOneSumIsOneMismatch() {
    Activations a = data.activations(5, 32, List.of(Row.GAUSSIAN));
    LinearWeights weights = data.weights(Fp4Format.NVFP4, 32, 70);
    MemorySegment out = data.floats(5 * 70);
    for (int bit = 0; bit < 32; bit++) {
      int flipped = 1 << bit;
      Kernels wrong =
          new ScalarKernels(Arithmetic.FOLDED) {
            @Override
            int accumulated(int row, int output, int sum) {
              return row == 3 && output == 66 ? sum ^ flipped : sum;
            }
          };
      assertEquals(1, wrong.multiply(a, 5, weights, out, MemorySegment.NULL));
    }
  }

  @Test
  void multipliesTheNumbersThatCodesAndScalesStandFor() {
    int inputs = 96;
    float[] row = data.row(inputs, Row.GAUSSIAN);
    Activations a = Activations.allocate(arena, 1, inputs);
    ScalarKernels.quantize(row, a, 0);
    LinearWeights weights = data.weights(Fp4Format.NVFP4, inputs, 65);
    MemorySegment out = data.floats(65);

    new ScalarKernels(Arithmetic.BLOCK).multiply(a, 1, weights, out, MemorySegment.NULL);

    for (int n = 0; n < 65; n++) {
      double expected = weights.bias().getAtIndex(JAVA_FLOAT, n);
      double steps = 0;
      for (int k = 0; k < inputs; k++) {
        double weight =
            weights.doubledCodes(n)[k]
                * weights.scalesOf(n)[k / 16]
                * weights.blockScale().getAtIndex(JAVA_FLOAT, n);
        expected += row[k] * weight;
        steps += Math.abs(weight);
      }
      double step = a.scales().getAtIndex(JAVA_FLOAT, 0);
      assertEquals(expected, out.getAtIndex(JAVA_FLOAT, n), 0.6 * step * steps + 1e-6);
    }
  }

  @Test
  void quantisesBetweenTheSmallestAndTheLargestNumber() {
    Activations out = data.blank(1, 4);
    ScalarKernels.quantize(new float[] {-1, 0, 0.5f, 4.1f}, out, 0);

    assertEquals(0.02f, out.scales().getAtIndex(JAVA_FLOAT, 0), 1e-7f);
    assertEquals(50, out.zeros().getAtIndex(JAVA_INT, 0));
    int[] expected = {0, 50, 75, 255, 0};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], out.values().get(JAVA_BYTE, i) & 255);
    }
  }

  @Test
  void equalKeysShareTheAttentionEqually() {
    MemorySegment qkv = arena.allocateFrom(JAVA_FLOAT, 1, 5, 2, 3, 5, 6);
    Activations out = data.blank(2, 1);

    new ScalarKernels(Arithmetic.BLOCK)
        .attention(qkv, data.ints(0, 2), 1, false, 1, 1, out, MemorySegment.NULL);

    for (int m = 0; m < 2; m++) {
      assertEquals(4f / 255, out.scales().getAtIndex(JAVA_FLOAT, m), 1e-7f);
      assertEquals(255, out.values().get(JAVA_BYTE, 32L * m) & 255);
    }
  }

  @Test
  void aKeyOfTheOtherSegmentWeighsTheExponentialOfTheBias() {
    MemorySegment qkv = arena.allocateFrom(JAVA_FLOAT, 1, 5, 2, 3, 5, 6);
    Segments segments =
        new Segments(data.ints(1), arena.allocateFrom(JAVA_FLOAT, (float) Math.log(3)));
    Activations out = data.blank(2, 1);

    new ScalarKernels(Arithmetic.BLOCK)
        .attention(qkv, data.ints(0, 2), 1, segments, false, 1, 1, out, MemorySegment.NULL);

    assertEquals((2 + 3 * 6) / 4f / 255, out.scales().getAtIndex(JAVA_FLOAT, 0), 1e-7f);
    assertEquals((3 * 2 + 6) / 4f / 255, out.scales().getAtIndex(JAVA_FLOAT, 1), 1e-7f);
  }
}
