package dev.sluice.inference.fp4;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Rounding to nearest by its definition: of all codes the nearest, of two as near the even one. */
final class NearestCode {
  private NearestCode() {}

  /**
   * @param codes how many there are, from 0 on
   * @param decode the number of a code, NaN if it is none
   */
  static int of(double value, int codes, IntToDoubleFunction decode) {
    // Far beyond the range all codes are as far in double.
    double bounded = Math.min(value, decode.applyAsDouble(codes - 1));
    int best = -1;
    double distance = Double.POSITIVE_INFINITY;
    for (int code = 0; code < codes; code++) {
      double apart = Math.abs(decode.applyAsDouble(code) - bounded);
      if (apart < distance || apart == distance && code % 2 == 0) {
        best = code;
        distance = apart;
      }
    }
    return best;
  }

  /**
   * Positive numbers to round: all of fp16, those halfway between neighbouring codes and beside
   * halfway, and some at random.
   */
  static List<Float> samples(int codes, IntToDoubleFunction decode, long seed) {
    List<Float> samples = new ArrayList<>();
    for (int bits = 0; bits < 0x7c00; bits++) {
      samples.add(Float.float16ToFloat((short) bits));
    }
    for (int code = 1; code < codes; code++) {
      float middle = (float) ((decode.applyAsDouble(code - 1) + decode.applyAsDouble(code)) / 2);
      samples.addAll(List.of(middle, Math.nextUp(middle), Math.nextDown(middle)));
    }
    Random random = new Random(seed);
    IntStream.range(0, 10_000)
        .forEach(i -> samples.add(Float.intBitsToFloat(random.nextInt(0x7f800000))));
    return samples;
  }
}
