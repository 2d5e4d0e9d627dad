package dev.sluice.inference.quantize;

import static dev.sluice.inference.quantize.Lanes.FLOATS;
import static dev.sluice.inference.quantize.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What a network does to rows of numbers beside multiplying them. Sums are taken one after the
 * other, since the Vector API leaves the order of a sum over lanes open.
 */
final class Rows {
  /** Adding and taking away 1.5 * 2^23 rounds to the nearest integer, half to even. */
  private static final float ROUNDING = 0x1.8p23f;

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  private Rows() {}

  /** Rows of numbers, by batch. */
  interface Source {
    float[] of(int batch);
  }

  /**
   * Rows as they are after a rounding to unsigned bytes, as {@link
   * dev.sluice.inference.kernel.Activations} defines it.
   */
  static float[] rounded(float[] x, int rows, int width) {
    float[] out = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      FloatVector low = FloatVector.zero(FLOATS);
      FloatVector high = low;
      for (int i = 0; i < width; i += WIDTH) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, from + i);
        low = low.min(v);
        high = high.max(v);
      }
      float smallest = low.reduceLanes(VectorOperators.MIN);
      float range = high.reduceLanes(VectorOperators.MAX) - smallest;
      if (range > 0) {
        float scale = range / 255;
        float zero = (float) Math.rint(-smallest / scale);
        round(x, out, from, width, 255 / range, zero, scale);
      }
    }
    return out;
  }

  private static void round(
      float[] x, float[] out, int from, int width, float inverse, float zero, float scale) {
    for (int i = from; i < from + width; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, i)
          .mul(inverse)
          .add(ROUNDING)
          .sub(ROUNDING)
          .add(zero)
          .max(0f)
          .min(255f)
          .sub(zero)
          .mul(scale)
          .intoArray(out, i);
    }
  }

  /** Layer normalisation in place, as {@link dev.sluice.inference.kernel.LayerNorm} defines it. */
  static void normalize(float[] x, int rows, BertTensors.Norm norm, float epsilon) {
    int width = norm.gamma().length;
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      float mean = (float) (sum(x, from, width) / width);
      double squares = 0;
      for (int i = from; i < from + width; i++) {
        x[i] -= mean;
        squares = Math.fma((double) x[i], x[i], squares);
      }
      float inverse = (float) (1 / Math.sqrt(squares / width + epsilon));
      for (int i = 0; i < width; i++) {
        x[from + i] = x[from + i] * inverse * norm.gamma()[i] + norm.beta()[i];
      }
    }
  }

  /** Softmax of {@code count} numbers in place; the array is padded to whole vectors. */
  static void softmax(float[] x, int count) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, x[i]);
    }
    for (int i = 0; i < count; i += WIDTH) {
      exp(FloatVector.fromArray(FLOATS, x, i).sub(largest)).intoArray(x, i);
    }
    float inverse = (float) (1 / sum(x, 0, count));
    for (int i = 0; i < count; i++) {
      x[i] *= inverse;
    }
  }

  /** Four sums side by side, since each addition waits for the one before it. */
  private static double sum(float[] x, int from, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int end = from + count;
    int i = from;
    for (; i + 3 < end; i += 4) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
    }
    for (; i < end; i++) {
      s0 += x[i];
    }
    return s0 + s1 + s2 + s3;
  }

  /**
   * GELU in place: {@code x / 2 * (1 + erf(x / sqrt(2)))}, with the error function after Abramowitz
   * and Stegun, formula 7.1.26, to 1.5e-7.
   */
  static void gelu(float[] x) {
    for (int i = 0; i < x.length; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      FloatVector z = v.abs().mul(0.70710678f);
      FloatVector t = FloatVector.broadcast(FLOATS, 1f).div(z.mul(0.3275911f).add(1f));
      FloatVector p =
          t.mul(1.061405429f)
              .add(-1.453152027f)
              .mul(t)
              .add(1.421413741f)
              .mul(t)
              .add(-0.284496736f)
              .mul(t)
              .add(0.254829592f)
              .mul(t);
      FloatVector rest = p.mul(exp(z.mul(z).neg())); // 1 - erf(z)
      v.max(0f).sub(v.mul(0.5f).abs().mul(rest)).intoArray(x, i);
    }
  }

  /**
   * e to the power of numbers up to 0, with a relative error of about 1e-7, as Cephes' expf does
   * it.
   */
  private static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(-87f);
    FloatVector n = bounded.mul(LOG2_E).add(ROUNDING).sub(ROUNDING);
    FloatVector r = bounded.sub(n.mul(LN2_HIGH)).sub(n.mul(LN2_LOW));
    FloatVector p =
        r.mul(1.9875691500e-4f)
            .add(1.3981999507e-3f)
            .mul(r)
            .add(8.3334519073e-3f)
            .mul(r)
            .add(4.1665795894e-2f)
            .mul(r)
            .add(1.6666665459e-1f)
            .mul(r)
            .add(5.0000001201e-1f)
            .mul(r)
            .mul(r)
            .add(r)
            .add(1f);
    FloatVector power =
        n.convert(VectorOperators.F2I, 0)
            .reinterpretAsInts()
            .add(127)
            .lanewise(VectorOperators.LSHL, 23)
            .reinterpretAsFloats();
    return p.mul(power);
  }
}
