package dev.sluice.inference.staticembedding;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.safetensors.DType;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsTensor;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * A vector for each token of a vocabulary, in four bits a number. A text's vector is the sum of its
 * tokens' vectors at unit length, so that a vector's own length is its token's weight (as in
 * Model2Vec, https://github.com/MinishLab/model2vec). Never changes, so that threads may share it.
 *
 * <p>On disk, a safetensors file with two tensors:
 *
 * <ul>
 *   <li>{@code codes}, U8 of shape [tokens, width / 2]: byte i of a row holds code 2i in its low
 *       and code 2i + 1 in its high four bits; a code is 1 to 15 and stands for code - 8;
 *   <li>{@code scales}, F32 of shape [tokens]: number = (code - 8) * scale.
 * </ul>
 */
public final class TokenVectors {
  /** Stands for 0. */
  private static final int ZERO = 8;

  private static final int LARGEST = 7;

  /** Steps of the search for a row's scale: the share of the largest number that is code 7. */
  private static final int FIRST_STEP = 6;

  private static final int LAST_STEP = 10;
  private static final float STEPS = 10;

  private final int tokens;
  private final int width;
  private final byte[] codes;
  private final float[] scales;

  private TokenVectors(int tokens, int width, byte[] codes, float[] scales) {
    this.tokens = tokens;
    this.width = width;
    this.codes = codes;
    this.scales = scales;
  }

  /**
   * Rounds vectors.
   *
   * @param values {@code tokens * width} finite numbers
   * @param width even
   */
  public static TokenVectors round(float[] values, int width) {
    if (width <= 0 || width % 2 != 0 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "the width must be even and divide " + values.length + ", but is " + width);
    }
    int tokens = values.length / width;
    TokenVectors rounded =
        new TokenVectors(tokens, width, new byte[values.length], new float[tokens]);
    for (int token = 0; token < tokens; token++) {
      rounded.scales[token] = roundRow(values, token * width, width, rounded.codes);
    }
    return rounded;
  }

  /**
   * Rounds one vector to the codes that lose least.
   *
   * @param codes takes codes of -7 to 7 at the same place
   * @return what a code is to be multiplied with
   */
  private static float roundRow(float[] values, int start, int width, byte[] codes) {
    float largest = 0;
    for (int i = start; i < start + width; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    float best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int step = FIRST_STEP; step <= LAST_STEP && largest > 0; step++) {
      float scale = largest * step / (STEPS * LARGEST);
      double error = 0;
      for (int i = start; i < start + width; i++) {
        double difference = values[i] - code(values[i], scale) * scale;
        error += difference * difference;
      }
      if (error < least) {
        least = error;
        best = scale;
      }
    }
    for (int i = start; i < start + width && best > 0; i++) {
      codes[i] = (byte) code(values[i], best);
    }
    return best;
  }

  private static int code(float value, float scale) {
    return Math.clamp(Math.round(value / scale), -LARGEST, LARGEST);
  }

  /**
   * Reads and checks a file.
   *
   * @throws InvalidInputException if there is no such file
   * @throws DamagedException if it holds something else, or its checksums differ
   */
  public static TokenVectors read(Path file) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      tensors.verify();
      SafetensorsTensor packed = tensors.tensor("codes").requireType(DType.U8);
      if (packed.shape().size() != 2 || packed.elements() == 0 || packed.elements() > 1 << 29) {
        throw new DamagedException(
            "%s: tensor \"codes\" must have the shape [tokens, width / 2], but has %s. Fetch or distil the model again."
                .formatted(file, packed.shape()));
      }
      int tokens = packed.shape().getFirst().intValue();
      float[] scales =
          tensors.tensor("scales").requireType(DType.F32).requireShape(tokens).toFloats();
      for (int token = 0; token < tokens; token++) {
        if (!Float.isFinite(scales[token])) {
          throw new DamagedException(
              "%s: the scale of token %d must be a finite number, but is %s. Fetch or distil the model again."
                  .formatted(file, token, scales[token]));
        }
      }
      int width = 2 * packed.shape().getLast().intValue();
      return new TokenVectors(tokens, width, unpack(packed.data()), scales);
    }
  }

  private static byte[] unpack(MemorySegment packed) {
    byte[] codes = new byte[Math.toIntExact(2 * packed.byteSize())];
    for (int i = 0; i < codes.length / 2; i++) {
      int both = packed.get(ValueLayout.JAVA_BYTE, i);
      codes[2 * i] = (byte) ((both & 15) - ZERO);
      codes[2 * i + 1] = (byte) ((both >> 4 & 15) - ZERO);
    }
    return codes;
  }

  /** Writes the file. */
  public void write(Path file) {
    byte[] packed = new byte[codes.length / 2];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (byte) (codes[2 * i] + ZERO | codes[2 * i + 1] + ZERO << 4);
    }
    new SafetensorsWriter(file)
        .add("codes", DType.U8, List.of((long) tokens, width / 2L), MemorySegment.ofArray(packed))
        .add("scales", List.of((long) tokens), scales)
        .write();
  }

  /** The number of tokens that have a vector: their numbers are 0 to one less. */
  public int tokens() {
    return tokens;
  }

  /** The numbers of a vector. */
  public int width() {
    return width;
  }

  /** What the vectors take in memory. */
  long memoryBytes() {
    return codes.length + (long) Float.BYTES * scales.length;
  }

  /** The vector of a token, not of unit length. */
  public float[] vector(int token) {
    float[] vector = new float[width];
    add(token, vector);
    return vector;
  }

  /**
   * The vector of a text.
   *
   * @param ids its tokens, each at least 0 and below {@link #tokens()}
   * @return {@link #width()} numbers, of unit length; the first unit vector where the sum is zero,
   *     as without tokens
   */
  public float[] embed(int[] ids) {
    float[] sum = new float[width];
    for (int id : ids) {
      add(id, sum);
    }
    normalize(sum);
    return sum;
  }

  /** A loop that the compiler turns into SIMD. */
  private void add(int token, float[] sum) {
    float scale = scales[token];
    int row = token * width;
    for (int i = 0; i < sum.length; i++) {
      sum[i] += scale * codes[row + i];
    }
  }

  private static void normalize(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares == 0) {
      vector[0] = 1;
      return;
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
  }
}
