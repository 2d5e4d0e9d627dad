package dev.sluice.inference.encoder;

import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.kernel.LinearWeights;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Lays FP4 matrices out as kernels read them: {@link LinearWeights#pack}, or something quicker that
 * gives the same bytes.
 */
@FunctionalInterface
public interface LinearPacker {
  LinearWeights pack(Arena arena, List<Fp4Matrix> stackedByOutputs, float[] bias);
}
