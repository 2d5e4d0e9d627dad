package dev.sluice.inference.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Layer normalisation: {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta} over each row,
 * with the variance of the population. Sums of a row's squares have to stay in the range of fp32.
 *
 * @param width values in a row
 * @param gamma fp32 {@code [width]}
 * @param beta fp32 {@code [width]}
 */
public record LayerNorm(int width, MemorySegment gamma, MemorySegment beta, float epsilon) {}
