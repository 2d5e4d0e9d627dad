package dev.sluice.index.vector;

import java.lang.foreign.MemorySegment;

/**
 * Dot products with signed bytes in [-127, 127], read where they lie. All implementations return
 * the same bits for the same input, so a score depends neither on the machine nor on what the
 * compiler has got to: integer sums are exact, and float sums have one order.
 *
 * <p>That order: of every whole {@value #LANES} components, product {@code j} is added to partial
 * sum {@code j}, without fused multiply-add; then the upper half of the partial sums is added to
 * the lower half until one is left; then the products of the remaining components are added one
 * after the other.
 */
sealed interface DotProduct permits ScalarDotProduct, SimdDotProduct {

  /** The number of partial sums of a float dot product. */
  int LANES = 16;

  /** The dot product of two arrays of one length. */
  int dot(byte[] a, byte[] b);

  /** The dot product of {@code a} and the {@code a.length} codes from {@code offset}. */
  int dot(byte[] a, MemorySegment codes, long offset, CodeWidth width);

  /**
   * The dot products of {@code a} with the codes from each offset. Those are fetched from memory
   * together where an implementation can: of a graph whose codes exceed the processor's caches,
   * most of the time of a walk is spent waiting for them.
   *
   * @param offsets of the codes
   * @param count how many of the offsets to take
   * @param bytes how many bytes from each offset on the caller is about to read, at least those of
   *     the codes
   * @param dots where the products go
   */
  void dots(
      byte[] a,
      MemorySegment codes,
      long[] offsets,
      int count,
      CodeWidth width,
      int bytes,
      int[] dots);

  /** The dot product of {@code a} and the {@code a.length} codes from {@code offset}. */
  float dot(float[] a, MemorySegment codes, long offset, CodeWidth width);
}
