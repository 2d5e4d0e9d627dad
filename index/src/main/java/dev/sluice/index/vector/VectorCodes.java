package dev.sluice.index.vector;

import dev.sluice.error.InvalidInputException;

/**
 * A vector as signed bytes under one scale: component {@code i} is about {@code scale * codes[i]}.
 *
 * <p>At {@link CodeWidth#BYTE} the scale is {@code max |x_i| / 127}, codes are rounded to the
 * nearest and lie in [-127, 127] ({@link DotProduct} relies on -128 never occurring). Each
 * component is off by at most half a scale, so the dot product with a query of length 1 is off by
 * at most {@code scale / 2 * sqrt(dimensions)}; errors of components being independent, its
 * standard deviation is only about {@code scale / sqrt(12)}, 0.0004 for typical embeddings of 384
 * dimensions. Coding the query too, as the walk of a graph does, adds an error of the same size.
 */
final class VectorCodes {
  /** Parts of the greatest component that are tried as the greatest that nibbles can express. */
  private static final float[] CLIPS = {1, 0.92f, 0.84f, 0.76f, 0.68f, 0.6f, 0.52f};

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
   * The codes of one byte.
   *
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
    int maxCode = CodeWidth.BYTE.maxCode();
    // A subnormal scale would make codes of more than 127: such a vector is as good as zero.
    float scale = max / maxCode < Float.MIN_NORMAL ? 0 : max / maxCode;
    byte[] codes = new byte[vector.length];
    if (scale > 0) {
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (byte) Math.round(vector[i] / scale);
      }
    }
    return new VectorCodes(codes, scale);
  }

  /**
   * The same vector in codes that a width can express: these, where it can, else those whose vector
   * has the least angle to this one, with the scale that leaves the least error. Cutting off the
   * greatest components leaves finer steps for the others.
   */
  VectorCodes within(CodeWidth width) {
    int max = 0;
    for (byte code : codes) {
      max = Math.max(max, Math.abs(code));
    }
    if (max <= width.maxCode()) {
      return this;
    }
    VectorCodes best = this;
    double leastError = Double.POSITIVE_INFINITY;
    for (float clip : CLIPS) {
      float step = clip * max / width.maxCode();
      byte[] coarse = new byte[codes.length];
      long dot = 0;
      long square = 0;
      for (int i = 0; i < codes.length; i++) {
        int code = Math.clamp(Math.round(codes[i] / step), -width.maxCode(), width.maxCode());
        coarse[i] = (byte) code;
        dot += (long) code * codes[i];
        square += (long) code * code;
      }
      // The square of what is left when the best multiple of the coarse codes is taken away, less a
      // constant.
      double error = -((double) dot * dot) / square;
      if (error < leastError) {
        leastError = error;
        best = new VectorCodes(coarse, (float) (scale * ((double) dot / square)));
      }
    }
    return best;
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
