package dev.sluice.index.vector;

import dev.sluice.error.InvalidInputException;

/**
 * A vector as signed bytes under one scale: component {@code i} is about {@code scale * codes[i]}.
 *
 * <p>The scale is {@code max |x_i| / 127}, codes are rounded to the nearest and lie in [-127, 127]
 * ({@link DotProduct} relies on -128 never occurring). Each component is off by at most half a
 * scale, so the dot product with a query of length 1 is off by at most {@code scale / 2 *
 * sqrt(dimensions)}; errors of components being independent, its standard deviation is only about
 * {@code scale / sqrt(12)}, 0.0004 for typical embeddings of 384 dimensions. Coding the query too,
 * as the walk of a graph does, adds an error of the same size.
 */
final class VectorCodes {
  static final int MAX_CODE = 127;

  private final byte[] codes;
  private final float scale;

  /**
   * @param codes one per dimension, each in [-127, 127]; not copied
   * @param scale finite, at least 0
   */
  VectorCodes(byte[] codes, float scale) {
    this.codes = codes;
    this.scale = scale;
  }

  /**
   * @param what the vector in words, for the message
   * @throws InvalidInputException when a component is not finite
   */
  static VectorCodes of(float[] vector, String what) {
    float max = 0;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new InvalidInputException(
            "%s: expected finite components, found %s at dimension %d; check the embedder"
                .formatted(what, vector[i], i));
      }
      max = Math.max(max, Math.abs(vector[i]));
    }
    // A subnormal scale would make codes of more than 127: such a vector is as good as zero.
    float scale = max / MAX_CODE < Float.MIN_NORMAL ? 0 : max / MAX_CODE;
    byte[] codes = new byte[vector.length];
    if (scale > 0) {
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (byte) Math.round(vector[i] / scale);
      }
    }
    return new VectorCodes(codes, scale);
  }

  /** The codes themselves, not a copy: callers do not write to them. */
  byte[] codes() {
    return codes;
  }

  float scale() {
    return scale;
  }

  int dimensions() {
    return codes.length;
  }

  /**
   * The distance that graphs are built and walked by: 1 - dot product, for unit vectors the cosine
   * distance up to rounding. Symmetric to the last bit, and never -0.
   *
   * @param dot the dot product of the codes
   */
  static float distance(float scale, float otherScale, int dot) {
    return 1f - scale * otherScale * dot;
  }
}
