package dev.sluice.inference.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Functions of vectors of fp32 numbers. */
final class VectorMath {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  private static final int LANES = FLOATS.length();
  private static final VectorShuffle<Float> BY_8 = swap(8);
  private static final VectorShuffle<Float> BY_4 = swap(4);
  private static final VectorShuffle<Float> BY_2 = swap(2);
  private static final VectorShuffle<Float> BY_1 = swap(1);

  /** Added to a number below 2^22 in size, it leaves the nearest integer in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  private static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = (float) (Math.log(2) - 0x1.62e4p-1);

  /** Below this, exp is less than the smallest normal number. */
  private static final float EXP_LOWEST = -87;

  private VectorMath() {}

  /** The nearest integers, half to even, of numbers below 2^22 in size. */
  static IntVector round(FloatVector x) {
    return x.add(ROUNDER).reinterpretAsInts().sub(ROUNDER_BITS);
  }

  /**
   * exp(x) of numbers up to 0, to 3e-7 of it: {@code 2^n * exp(r)} with the Taylor polynomial of
   * degree 7 for {@code |r| <= ln(2) / 2}. 0 below -87.
   */
  static FloatVector exp(FloatVector x) {
    VectorMask<Float> vanishes = x.compare(LT, EXP_LOWEST);
    FloatVector shifted = x.mul(LOG2_E).add(ROUNDER);
    IntVector n = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    FloatVector nFloat = shifted.sub(ROUNDER);
    FloatVector r = nFloat.fma(constant(-LN2_HIGH), x);
    r = nFloat.fma(constant(-LN2_LOW), r);
    FloatVector sum = constant(1f / 5040).fma(r, constant(1f / 720));
    sum = sum.fma(r, constant(1f / 120));
    sum = sum.fma(r, constant(1f / 24));
    sum = sum.fma(r, constant(1f / 6));
    sum = sum.fma(r, constant(0.5f));
    sum = sum.fma(r, constant(1));
    sum = sum.fma(r, constant(1));
    FloatVector power = n.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
    return sum.mul(power).blend(0, vanishes);
  }

  /**
   * {@code x * (1 + erf(x / sqrt(2))) / 2} to 1e-6, with {@code 1 - erf(z) = (1 + a1 z + ... + a6
   * z^6)^-16} for {@code z >= 0}: Abramowitz and Stegun, 7.1.28. Written as {@code max(x, 0) - |x|
   * * (1 - erf(|x| / sqrt(2))) / 2}, which needs no case for the sign.
   */
  static FloatVector gelu(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector z = size.mul((float) Math.sqrt(0.5));
    FloatVector p = constant(0.0000430638f).fma(z, constant(0.0002765672f));
    p = p.fma(z, constant(0.0001520143f));
    p = p.fma(z, constant(0.0092705272f));
    p = p.fma(z, constant(0.0422820123f));
    p = p.fma(z, constant(0.0705230784f));
    p = p.fma(z, constant(1));
    p = p.mul(p);
    p = p.mul(p);
    p = p.mul(p);
    p = p.mul(p);
    return x.max(0).sub(size.mul(0.5f).div(p));
  }

  /**
   * The sum of all lanes, always in the same order: that of {@code reduceLanes} is undefined, and
   * changes when the compiler replaces the interpreter.
   */
  static float sum(FloatVector x) {
    if (LANES >= 16) {
      x = x.add(x.rearrange(BY_8));
    }
    if (LANES >= 8) {
      x = x.add(x.rearrange(BY_4));
    }
    x = x.add(x.rearrange(BY_2));
    x = x.add(x.rearrange(BY_1));
    return x.lane(0);
  }

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) % LANES);
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
