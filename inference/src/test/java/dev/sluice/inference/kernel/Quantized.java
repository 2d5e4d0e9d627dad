package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;

/** A row of quantised numbers, its padding included. */
record Quantized(int row, int width, float scale, int zero, byte[] values) {

  static Quantized of(Activations activations, int row) {
    MemorySegment values =
        activations.values().asSlice((long) row * activations.stride(), activations.stride());
    return new Quantized(
        row,
        activations.width(),
        activations.scales().getAtIndex(JAVA_FLOAT, row),
        activations.zeros().getAtIndex(JAVA_INT, row),
        values.toArray(JAVA_BYTE));
  }

  private double number(int i) {
    return (double) scale * ((values[i] & 255) - zero);
  }

  double highest() {
    double highest = 0;
    for (int i = 0; i < width; i++) {
      highest = Math.max(highest, Math.abs(number(i)));
    }
    return highest;
  }

  /** Numbers agree to a step of the quantisation and the tolerance of what was quantised. */
  void assertClose(Quantized actual, double tolerance) {
    String where = "row " + row + ", column ";
    assertEquals(scale, actual.scale, 1e-5 * scale + tolerance / 100, where + "scale");
    assertTrue(actual.zero >= 0 && actual.zero <= 255, () -> where + "zero " + actual.zero);
    double step = 1.01 * Math.max(scale, actual.scale);
    for (int i = 0; i < width; i++) {
      assertEquals(number(i), actual.number(i), step + tolerance, where + i);
    }
    for (int i = width; i < values.length; i++) {
      assertEquals(0, actual.values[i], where + i + " is padding");
    }
  }
}
