package dev.sluice.inference.kernel;

import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.MemorySegment;

/**
 * What a token's first vector is summed from.
 *
 * @param words FP4 {@code [vocabulary][hidden]}, in native memory
 * @param positions fp32 {@code [positions][hidden]}
 * @param types fp32 {@code [types][hidden]}
 */
public record EmbeddingTables(
    int hidden, Fp4Matrix words, MemorySegment positions, MemorySegment types) {}
