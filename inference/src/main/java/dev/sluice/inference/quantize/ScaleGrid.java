package dev.sluice.inference.quantize;

import dev.sluice.inference.fp4.E2M1;
import dev.sluice.inference.fp4.E4M3;
import dev.sluice.inference.fp4.E8M0;
import dev.sluice.inference.fp4.Fp4Format;

/**
 * The scales that the blocks of one tensor can have. Codes of scales rise with their value.
 *
 * @param values by code; what an E2M1 code of 1 stands for
 * @param globalScale of {@link dev.sluice.inference.fp4.Fp4Matrix}
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record ScaleGrid(Fp4Format format, double[] values, float globalScale) {
  /**
   * What remains of a block's largest value when a power of two at most that large is taken out.
   */
  private static final int EXPONENT_OF_LARGEST = 2;

  /**
   * How far a block's scale may lie from the one that maps its largest value to 6: E4M3 has eight
   * codes to the octave.
   */
  private static final int BELOW = 12;

  private static final int ABOVE = 9;

  /**
   * The grid of a tensor.
   *
   * @param largest absolute value of the tensor; with NVFP4 the block that holds it gets the
   *     largest scale of E4M3
   */
  static ScaleGrid of(Fp4Format format, double largest) {
    return switch (format) {
      case NVFP4 -> {
        float global = largest > 0 ? (float) ((double) E4M3.MAX * E2M1.MAX / largest) : 1;
        double[] values = new double[127];
        for (int code = 1; code < values.length; code++) {
          values[code] = (double) E4M3.toFloat(code) / global;
        }
        yield new ScaleGrid(format, values, global);
      }
      case MXFP4 -> {
        double[] values = new double[255];
        for (int code = 0; code < values.length; code++) {
          values[code] = E8M0.toFloat(code);
        }
        yield new ScaleGrid(format, values, 1);
      }
    };
  }

  /** A range of scales worth trying. */
  record Range(int from, int to) {}

  /**
   * The scale of plain rounding, which maps the block's largest value to 6 (MXFP4: the largest
   * power of two at most that of the value, by 4; OCP Microscaling 1.0, section 6.3).
   */
  int plain(double largest) {
    if (largest <= 0) {
      return 0;
    }
    return switch (format) {
      case NVFP4 -> nearest(largest / E2M1.MAX);
      case MXFP4 -> Math.max(0, (E8M0.floor((float) largest) & 0xff) - EXPONENT_OF_LARGEST);
    };
  }

  /** The scales near {@link #plain}. */
  Range near(double largest) {
    int plain = plain(largest);
    if (largest <= 0) {
      return new Range(plain, plain);
    }
    return switch (format) {
      case NVFP4 ->
          new Range(Math.max(1, plain - BELOW), Math.min(values.length - 1, plain + ABOVE));
      case MXFP4 -> new Range(Math.max(0, plain - 1), Math.min(values.length - 1, plain + 1));
    };
  }

  private int nearest(double scale) {
    int code = 1;
    while (code + 1 < values.length && values[code + 1] <= scale) {
      code++;
    }
    boolean up = code + 1 < values.length && values[code + 1] - scale < scale - values[code];
    return up ? code + 1 : code;
  }
}
