package dev.sluice.inference.weights;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights of a BERT model as fp32 numbers under the names of Hugging Face's {@code BertModel},
 * without the prefix {@code bert.}: {@code embeddings.word_embeddings.weight} [vocabulary][hidden],
 * {@code encoder.layer.0.attention.self.query.weight} [outputs][inputs], {@code
 * encoder.layer.0.attention.self.query.bias} [outputs], and so on. Heads keep their names: {@code
 * pooler.dense}, {@code classifier}, {@code qa_outputs}. Tensors of integers, such as {@code
 * embeddings.position_ids}, are no weights and are left out.
 *
 * <p>All numbers are in memory and finite; the file is closed. Safe for use by several threads.
 */
public final class ModelWeights {
  private static final String SAFETENSORS = "model.safetensors";
  private static final String ONNX = "model.onnx";

  private final Path file;
  private final Map<String, Weight> weights;

  private ModelWeights(Path file, Map<String, Weight> weights) {
    this.file = file;
    this.weights = Collections.unmodifiableMap(weights);
    weights.forEach(this::checkFinite);
  }

  /**
   * Reads all weights of a file, {@code *.safetensors} (fp64, fp32, fp16, bf16, or FP4 as {@link
   * dev.sluice.inference.safetensors.Fp4Tensors} has it) or {@code *.onnx} (fp32 or fp16, as
   * PyTorch exports it), or of a folder's {@code model.safetensors}, {@code model.onnx} or {@code
   * onnx/model.onnx}, the first that is there.
   *
   * @throws InvalidInputException if there is no such file, or its weights are quantised otherwise,
   *     lie in further files or have names that do not say their layers
   * @throws DamagedException if the file is damaged
   * @throws ResourceException if it cannot be read
   */
  public static ModelWeights open(Path fileOrFolder) {
    Path file = Files.isDirectory(fileOrFolder) ? within(fileOrFolder) : fileOrFolder;
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("There is no model file " + file + ".");
    }
    String name = file.getFileName().toString();
    if (name.endsWith(".safetensors")) {
      return new ModelWeights(file, SafetensorsWeights.read(file));
    }
    if (name.endsWith(".onnx")) {
      return new ModelWeights(file, OnnxWeights.read(file));
    }
    throw new InvalidInputException(
        file + " must be a .safetensors or .onnx file, or a folder with one.");
  }

  private static Path within(Path folder) {
    List<Path> candidates =
        List.of(
            folder.resolve(SAFETENSORS),
            folder.resolve(ONNX),
            folder.resolve("onnx").resolve(ONNX));
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The folder %s has no %s and no %s. Put one there, or name the file itself."
                        .formatted(folder, SAFETENSORS, ONNX)));
  }

  private void checkFinite(String name, Weight weight) {
    for (float value : weight.values()) {
      if (!Float.isFinite(value)) {
        throw new DamagedException(
            "%s: tensor \"%s\" must be finite, but has the value %s. Fetch or convert the file again."
                .formatted(file, name, value));
      }
    }
  }

  /** The file that was read. */
  public Path file() {
    return file;
  }

  /** The names of all weights. */
  public Set<String> names() {
    return weights.keySet();
  }

  public boolean contains(String name) {
    return weights.containsKey(name);
  }

  /**
   * A weight's dimensions.
   *
   * @throws DamagedException naming file and tensor if there is no such weight
   */
  public List<Integer> shape(String name) {
    return weight(name).shape();
  }

  /**
   * A copy of a weight's numbers in row-major order.
   *
   * @throws DamagedException naming file and tensor if there is no such weight
   */
  public float[] floats(String name) {
    return weight(name).values().clone();
  }

  /**
   * A copy of a weight's numbers in row-major order, if it has this shape.
   *
   * @throws DamagedException naming file, tensor, expected and found if it has another, or there is
   *     no such weight
   */
  public float[] floats(String name, int... shape) {
    List<Integer> expected = Arrays.stream(shape).boxed().toList();
    if (!weight(name).shape().equals(expected)) {
      throw new DamagedException(
          "%s: tensor \"%s\" must have the shape %s, but has %s. Give the weights and the config.json of one model."
              .formatted(file, name, expected, weight(name).shape()));
    }
    return floats(name);
  }

  private Weight weight(String name) {
    Weight weight = weights.get(name);
    if (weight == null) {
      throw new DamagedException(
          "%s has no tensor \"%s\" among its %d. It is not of the model it is read as; give another file."
              .formatted(file, name, weights.size()));
    }
    return weight;
  }
}
