package dev.sluice.inference.kernel;

import dev.sluice.inference.fp4.Fp4Format;
import java.lang.foreign.MemorySegment;

/**
 * The weights of a linear layer in the order in which kernels read them. Outputs are padded to a
 * multiple of 64, a panel, and inputs to a multiple of 32; padding has code 0 and scale 0.
 *
 * <p>With {@code code2 = 2 * E2M1(code)}, an integer of -12 to 12, and {@code s} the block's scale
 * as a number, the folded weight of (output n, input k) is, in fp32 and then int32 arithmetic with
 * an arithmetic shift,
 *
 * <pre>
 *   r   = rint(s * foldMultiplier[n])
 *   w8  = (code2 * 256 * r + 16384) >> 15          -127 to 127
 * </pre>
 *
 * which is {@code vpmulhrsw}, with {@code foldMultiplier[n] = (127 * 128 / 12) / maxScale[n]} (0 if
 * all scales of the output are 0), so that the product is
 *
 * <pre>
 *   out[m][n] = a.scale[m] * foldScale[n] * (sum over k of q[m][k] * w8[n][k] - a.zero[m] * foldSums[n]) + bias[n]
 * </pre>
 *
 * with {@code foldScale[n] = maxScale[n] / globalScale[n] * 6 / 127}. By block it is
 *
 * <pre>
 *   out[m][n] = a.scale[m] * blockScale[n] * (sum over blocks of s * (sum over k in block of q[m][k] * code2) - a.zero[m] * blockSums[n]) + bias[n]
 * </pre>
 *
 * with {@code blockScale[n] = 0.5 / globalScale[n]}.
 *
 * @param inputs before padding
 * @param outputs before padding
 * @param paddedInputs multiple of 32
 * @param paddedOutputs multiple of 64
 * @param codes {@code [paddedOutputs / 64][paddedInputs / 8][64][4]} bytes: byte t of output n in
 *     group g has the code of input {@code 8 g + t} in its low four bits and that of {@code 8 g + 4
 *     + t} in its high ones
 * @param scales {@code [paddedOutputs / 64][paddedInputs / block][64]} bytes, E4M3 or E8M0
 * @param foldMultiplier fp32 {@code [paddedOutputs]}
 * @param foldScale fp32 {@code [paddedOutputs]}
 * @param foldSums int32 {@code [paddedOutputs]}: the sum over k of w8
 * @param blockScale fp32 {@code [paddedOutputs]}
 * @param blockSums fp32 {@code [paddedOutputs]}: the sum over k of {@code code2 * s}
 * @param bias fp32 {@code [paddedOutputs]}
 */
public record LinearWeights(
    Fp4Format format,
    int inputs,
    int outputs,
    int paddedInputs,
    int paddedOutputs,
    MemorySegment codes,
    MemorySegment scales,
    MemorySegment foldMultiplier,
    MemorySegment foldScale,
    MemorySegment foldSums,
    MemorySegment blockScale,
    MemorySegment blockSums,
    MemorySegment bias) {}
