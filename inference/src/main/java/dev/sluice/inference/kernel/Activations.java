package dev.sluice.inference.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Rows of numbers as unsigned bytes: {@code x = scale * (q - zero)}, with a scale and a zero per
 * row.
 *
 * <p>A row is quantised as follows, in fp32: {@code low = min(0, smallest value)}, {@code high =
 * max(0, largest value)}, {@code scale = (high - low) / 255}, {@code zero = rint(-low / scale)},
 * {@code q = clamp(rint(x * (255 / (high - low))) + zero, 0, 255)}. A row of zeros has scale 0,
 * zero 0 and zeros, and so has one so close to zero that {@code 255 / (high - low)} is infinite.
 * Rounding is half to even. Numbers must be finite, {@code high - low} too.
 *
 * @param width numbers in a row
 * @param stride bytes from one row to the next: the width up to the next multiple of 32; bytes
 *     behind the width are 0
 * @param values uint8 {@code [capacity][stride]}
 * @param scales fp32 {@code [capacity]}
 * @param zeros int32 {@code [capacity]}, each 0 to 255
 */
public record Activations(
    int capacity,
    int width,
    int stride,
    MemorySegment values,
    MemorySegment scales,
    MemorySegment zeros) {

  /** Room for {@code capacity} rows of {@code width} numbers. */
  public static Activations allocate(Arena arena, int capacity, int width) {
    int stride = (width + 31) / 32 * 32;
    return new Activations(
        capacity,
        width,
        stride,
        arena.allocate((long) capacity * stride + 64, 64),
        arena.allocate(4L * capacity + 64, 64),
        arena.allocate(4L * capacity + 64, 64));
  }
}
