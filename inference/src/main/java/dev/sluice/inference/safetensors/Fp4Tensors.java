package dev.sluice.inference.safetensors;

import dev.sluice.error.DamagedException;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * FP4 matrices under the names and in the layout of compressed-tensors
 * (https://github.com/vllm-project/compressed-tensors), N rows and K columns:
 *
 * <pre>
 *   nvfp4-pack-quantized   PREFIX.weight_packed        U8       [N, K / 2]   even column in the low bits
 *                          PREFIX.weight_scale         F8_E4M3  [N, K / 16]
 *                          PREFIX.weight_global_scale  F32      [1]          divides the scales
 *   mxfp4-pack-quantized   PREFIX.weight_packed        U8       [N, K / 2]
 *                          PREFIX.weight_scale         U8       [N, K / 32]  E8M0
 * </pre>
 *
 * <p>The prefix is the layer's name, such as {@code encoder.layer.0.attention.self.query}; for the
 * embedding table it is {@code embeddings.word_embeddings}.
 */
public final class Fp4Tensors {
  private static final String PACKED = ".weight_packed";
  private static final String SCALE = ".weight_scale";
  private static final String GLOBAL_SCALE = ".weight_global_scale";

  private Fp4Tensors() {}

  /** Whether a file has an FP4 matrix under a prefix. */
  public static boolean contains(SafetensorsFile file, String prefix) {
    return file.contains(packedName(prefix));
  }

  /** The name of the tensor with a matrix's codes. */
  public static String packedName(String prefix) {
    return prefix + PACKED;
  }

  /** The prefix of the matrix that a tensor of this name would be part of, if it may be of one. */
  public static Optional<String> prefixOf(String tensor) {
    return Stream.of(PACKED, GLOBAL_SCALE, SCALE)
        .filter(tensor::endsWith)
        .map(suffix -> tensor.substring(0, tensor.length() - suffix.length()))
        .findFirst();
  }

  /**
   * Reads a matrix, NVFP4 or MXFP4 by the type of its scales.
   *
   * @return with codes and scales in place: valid until the file is closed
   * @throws DamagedException naming file and tensor if one is missing, has another type or shape,
   *     or a scale is NaN, negative or too large
   */
  public static Fp4Matrix read(SafetensorsFile file, String prefix) {
    SafetensorsTensor packed = file.tensor(prefix + PACKED).requireType(DType.U8);
    SafetensorsTensor scale = file.tensor(prefix + SCALE);
    Fp4Format format = scale.type() == DType.F8_E4M3 ? Fp4Format.NVFP4 : Fp4Format.MXFP4;
    if (format == Fp4Format.MXFP4 && scale.type() != DType.U8) {
      throw damaged(scale, "must have the type F8_E4M3 or U8, but has " + scale.type());
    }
    int rows = dimension(packed, 0, 1);
    int columns = dimension(packed, 1, 2);
    if (columns % format.block() != 0) {
      throw damaged(
          packed,
          "must hold rows in multiples of %d values, but holds %d"
              .formatted(format.block(), columns));
    }
    scale.requireShape(rows, columns / format.block());
    float globalScale = format == Fp4Format.NVFP4 ? globalScale(file, prefix) : 1;
    Fp4Matrix matrix =
        new Fp4Matrix(format, rows, columns, packed.data(), scale.data(), globalScale);
    matrix
        .scaleFault()
        .ifPresent(
            fault -> {
              throw damaged(scale, "is not usable: " + fault);
            });
    return matrix;
  }

  private static int dimension(SafetensorsTensor packed, int index, int values) {
    if (packed.shape().size() != 2) {
      throw damaged(packed, "must have two dimensions, but has the shape " + packed.shape());
    }
    long size = packed.shape().get(index) * values;
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw damaged(
          packed,
          "must have between 1 and %d rows and columns, but has the shape %s"
              .formatted(Integer.MAX_VALUE, packed.shape()));
    }
    return (int) size;
  }

  private static float globalScale(SafetensorsFile file, String prefix) {
    SafetensorsTensor tensor =
        file.tensor(prefix + GLOBAL_SCALE).requireType(DType.F32).requireShape(1);
    float scale = tensor.toFloats()[0];
    if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
      throw damaged(tensor, "must be positive and finite, but is " + scale);
    }
    return scale;
  }

  /**
   * Adds a matrix to a file under a prefix. Its memory must stay valid until the file is written.
   */
  public static void write(SafetensorsWriter writer, String prefix, Fp4Matrix matrix) {
    long rows = matrix.rows();
    writer.add(prefix + PACKED, DType.U8, List.of(rows, matrix.columns() / 2L), matrix.codes());
    writer.add(
        prefix + SCALE,
        matrix.format() == Fp4Format.NVFP4 ? DType.F8_E4M3 : DType.U8,
        List.of(rows, (long) matrix.blocks()),
        matrix.scales());
    if (matrix.format() == Fp4Format.NVFP4) {
      writer.add(prefix + GLOBAL_SCALE, List.of(1L), new float[] {matrix.globalScale()});
    }
  }

  private static DamagedException damaged(SafetensorsTensor tensor, String what) {
    return new DamagedException(
        "%s: tensor \"%s\" %s. Fetch or quantise the model again."
            .formatted(tensor.file(), tensor.name(), what));
  }
}
