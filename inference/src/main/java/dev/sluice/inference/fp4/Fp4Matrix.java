package dev.sluice.inference.fp4;

import java.lang.foreign.MemorySegment;

/**
 * A matrix of E2M1 codes with block scales along its rows. The value at (row, column) is {@code
 * E2M1(code) * scale(block) / globalScale}; blocks are {@link Fp4Format#block} neighbouring
 * columns.
 *
 * @param rows for a linear layer the outputs, for an embedding table the tokens
 * @param columns for a linear layer the inputs; a multiple of the block
 * @param codes {@code rows * columns / 2} bytes, row-major; the even column is in the low four bits
 * @param scales {@code rows * columns / block} bytes, row-major; E4M3 or E8M0 by format
 * @param globalScale what the scales are divided by; positive and finite, 1 for MXFP4. This is
 *     {@code weight_global_scale} of compressed-tensors' {@code nvfp4-pack-quantized}.
 */
public record Fp4Matrix(
    Fp4Format format,
    int rows,
    int columns,
    MemorySegment codes,
    MemorySegment scales,
    float globalScale) {}
