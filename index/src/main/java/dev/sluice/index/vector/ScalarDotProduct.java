package dev.sluice.index.vector;

import java.lang.foreign.MemorySegment;

/** Dot products in plain Java: what the others are tested against, and the fallback. */
final class ScalarDotProduct implements DotProduct {

  @Override
  public int dot(byte[] a, byte[] b) {
    int sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public int dot(byte[] a, MemorySegment codes, long offset, CodeWidth width) {
    int sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * width.code(codes, offset, i);
    }
    return sum;
  }

  @Override
  public void dots(
      byte[] a,
      MemorySegment codes,
      long[] offsets,
      int count,
      CodeWidth width,
      int bytes,
      int[] dots) {
    for (int i = 0; i < count; i++) {
      dots[i] = dot(a, codes, offsets[i], width);
    }
  }

  @Override
  public float dot(float[] a, MemorySegment codes, long offset, CodeWidth width) {
    int whole = a.length - a.length % LANES;
    float even =
        lanes(a, codes, offset, width, whole, 0) + lanes(a, codes, offset, width, whole, 2);
    float odd = lanes(a, codes, offset, width, whole, 1) + lanes(a, codes, offset, width, whole, 3);
    float sum = even + odd;
    for (int i = whole; i < a.length; i++) {
      sum += a[i] * width.code(codes, offset, i);
    }
    return sum;
  }

  /** The partial sums {@code first}, {@code first + 4}, + 8 and + 12 in one. */
  private static float lanes(
      float[] a, MemorySegment codes, long offset, CodeWidth width, int whole, int first) {
    float sum0 = 0;
    float sum4 = 0;
    float sum8 = 0;
    float sum12 = 0;
    for (int i = first; i < whole; i += LANES) {
      sum0 += a[i] * width.code(codes, offset, i);
      sum4 += a[i + 4] * width.code(codes, offset, i + 4);
      sum8 += a[i + 8] * width.code(codes, offset, i + 8);
      sum12 += a[i + 12] * width.code(codes, offset, i + 12);
    }
    return (sum0 + sum8) + (sum4 + sum12);
  }
}
