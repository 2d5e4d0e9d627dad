package dev.sluice.inference.weights;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights of a safetensors file: floating-point tensors as they are, FP4 matrices dequantised. */
final class SafetensorsWeights {
  private SafetensorsWeights() {}

  static Map<String, Weight> read(Path path) {
    Map<String, Weight> weights = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      file.verify();
      for (String name : file.names()) {
        read(file, name, weights);
      }
    }
    return weights;
  }

  private static void read(SafetensorsFile file, String name, Map<String, Weight> weights) {
    SafetensorsTensor tensor = file.tensor(name);
    if (Fp4Tensors.prefixOf(name).filter(prefix -> Fp4Tensors.contains(file, prefix)).isPresent()) {
      String prefix = Fp4Tensors.prefixOf(name).get();
      if (name.equals(Fp4Tensors.packedName(prefix))) {
        put(file, weights, prefix + ".weight", dequantised(file, prefix));
      }
      return;
    }
    switch (tensor.type()) {
      case F64, F32, F16, BF16 -> put(file, weights, name, floats(tensor));
      case I8, U8, F8_E4M3 ->
          throw new InvalidInputException(
              "%s: tensor \"%s\" of type %s is quantised in a way that is not known; fp32, fp16, bf16 or FP4 weights are needed. Give the model before quantisation."
                  .formatted(file.path(), name, tensor.type()));
      case I64, I32, I16, BOOL -> {
        // Buffers such as position_ids, no weights.
      }
    }
  }

  private static void put(
      SafetensorsFile file, Map<String, Weight> weights, String name, Weight weight) {
    OnnxWeights.put(file.path(), weights, WeightNames.canonical(name), weight);
  }

  private static Weight floats(SafetensorsTensor tensor) {
    float[] values = tensor.toFloats();
    return new Weight(tensor.shape().stream().map(Math::toIntExact).toList(), values);
  }

  private static Weight dequantised(SafetensorsFile file, String prefix) {
    Fp4Matrix matrix = Fp4Tensors.read(file, prefix);
    long size = (long) matrix.rows() * matrix.columns();
    if (size > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "%s: matrix \"%s\" of %d x %d is too large for an array of floats."
              .formatted(file.path(), prefix, matrix.rows(), matrix.columns()));
    }
    float[] values = new float[(int) size];
    for (int row = 0; row < matrix.rows(); row++) {
      matrix.dequantize(row, values, row * matrix.columns());
    }
    return new Weight(List.of(matrix.rows(), matrix.columns()), values);
  }
}
