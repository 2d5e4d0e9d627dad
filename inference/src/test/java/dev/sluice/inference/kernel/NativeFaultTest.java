package dev.sluice.inference.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.kernel.KernelData.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One flipped bit of one sum is one checksum that does not fit. */
@ExtendWith(SeedPrinter.class)
class NativeFaultTest {
  private static final int ROWS = 61;
  private static final int INPUTS = 96;
  private static final int OUTPUTS = 100;

  private final Arena arena = Arena.ofAuto();
  private final KernelData data = new KernelData(SeedPrinter.SEED, arena);

  @Test
  void isNoticedByEachProductOfEachLevel() {
    NativeLibrary library = NativeLibrary.ofThisMachine();
    Assumptions.assumeTrue(library.isPresent(), "skipped: " + library.problem());
    Activations a = data.activations(ROWS, INPUTS, Row.ALL);
    LinearWeights weights = data.weights(Fp4Format.NVFP4, INPUTS, OUTPUTS);
    LayerNorm norm = data.layerNorm(OUTPUTS);
    MemorySegment x = data.rows(ROWS, OUTPUTS, List.of(Row.GAUSSIAN));
    Activations out = data.blank(ROWS, OUTPUTS);
    for (String level : NativeKernels.available()) {
      NativeKernels kernels = NativeKernels.at(level, Arithmetic.FOLDED);
      MemorySegment scratch = data.scratch(kernels, ROWS, OUTPUTS, 1, OUTPUTS);
      for (int bit = 0; bit < 32; bit++) {
        arm(bit);
        assertEquals(1, kernels.multiply(a, ROWS, weights, x, scratch), level + ", bit " + bit);
        assertEquals(0, kernels.multiply(a, ROWS, weights, x, scratch), level);
        arm(bit);
        assertEquals(1, kernels.multiplyGelu(a, ROWS, weights, out, scratch), level);
        arm(bit);
        int mismatches = kernels.multiplyNormalize(a, ROWS, weights, x, norm, out, scratch);
        assertEquals(1, mismatches, level);
      }
    }
  }

  private void arm(int bit) {
    NativeFault.arm(data.between(0, ROWS - 1), data.between(0, OUTPUTS - 1), bit);
  }
}
