package dev.sluice.inference.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.kernel.KernelData.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One flipped bit of one sum is one checksum that does not fit. */
@ExtendWith(SeedPrinter.class)
class NativeFaultTest {
  private static final int ROWS = 61;
  private static final int INPUTS = 96;
  private static final int OUTPUTS = 100;

  /** Levels whose sums by block are not of integers, and so have no checksums. */
  private static final Set<String> BLOCKS_IN_FP32 = Set.of("baseline", "avx512vnni");

  private final Arena arena = Arena.ofAuto();
  private final KernelData data = new KernelData(SeedPrinter.SEED, arena);

  private final Activations a = data.activations(ROWS, INPUTS, Row.ALL);
  private final MemorySegment x = data.rows(ROWS, OUTPUTS, List.of(Row.GAUSSIAN));

  @BeforeEach
  void hasALibrary() {
    NativeLibrary library = NativeLibrary.ofThisMachine();
    Assumptions.assumeTrue(library.isPresent(), "skipped: " + library.problem());
  }

  @Test
  void isNoticedByEachProductOfEachLevel() {
    LinearWeights weights = data.weights(Fp4Format.NVFP4, INPUTS, OUTPUTS);
    for (String level : NativeKernels.available()) {
      isNoticed(NativeKernels.at(level, Arithmetic.FOLDED), weights);
    }
  }

  @ParameterizedTest
  @EnumSource(Fp4Format.class)
  void isNoticedByProductsByBlockWhoseScalesAreIntegers(Fp4Format format) {
    LinearWeights weights = data.plainWeights(format, INPUTS, OUTPUTS);
    for (String level : NativeKernels.available()) {
      if (!BLOCKS_IN_FP32.contains(level)) {
        isNoticed(NativeKernels.at(level, Arithmetic.BLOCK), weights);
      }
    }
  }

  private void isNoticed(Kernels kernels, LinearWeights weights) {
    LayerNorm norm = data.layerNorm(OUTPUTS);
    Activations out = data.blank(ROWS, OUTPUTS);
    MemorySegment scratch = data.scratch(kernels, ROWS, OUTPUTS, 1, OUTPUTS);
    for (int bit = 0; bit < 32; bit++) {
      String what = kernels.name() + ", bit " + bit;
      arm(bit);
      assertEquals(1, kernels.multiply(a, ROWS, weights, x, scratch), what);
      assertEquals(0, kernels.multiply(a, ROWS, weights, x, scratch), what);
      arm(bit);
      assertEquals(1, kernels.multiplyGelu(a, ROWS, weights, out, scratch), what);
      arm(bit);
      int mismatches = kernels.multiplyNormalize(a, ROWS, weights, x, norm, out, scratch);
      assertEquals(1, mismatches, what);
    }
  }

  private void arm(int bit) {
    NativeFault.arm(data.between(0, ROWS - 1), data.between(0, OUTPUTS - 1), bit);
  }
}
