package dev.sluice.inference.encoder;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.LayerNorm;
import dev.sluice.inference.kernel.LinearWeights;
import dev.sluice.inference.kernel.NativePacking;
import dev.sluice.inference.safetensors.DType;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tensors of a BERT model by their Hugging Face names, with or without {@code bert.} in front.
 * Those that its file lacks are those of its base, if it has one.
 *
 * <p>Each is compared with its checksum and its expected shape before it is copied to native
 * memory.
 */
final class WeightsFile implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final SafetensorsFile file;
  private final Optional<SafetensorsFile> base;
  private final Arena arena;
  private final EncoderShape shape;
  private final String prefix;

  private WeightsFile(
      SafetensorsFile file,
      Optional<SafetensorsFile> base,
      Arena arena,
      EncoderShape shape,
      String prefix) {
    this.file = file;
    this.base = base;
    this.arena = arena;
    this.shape = shape;
    this.prefix = prefix;
  }

  /**
   * Opens the files.
   *
   * @param arena where the copies go
   * @throws InvalidInputException if the weights are not FP4
   * @throws DamagedException if a file is no safetensors file, or of no BERT model
   */
  static WeightsFile open(EncoderFiles files, EncoderShape shape, Arena arena) {
    SafetensorsFile file = SafetensorsFile.open(files.model());
    Optional<SafetensorsFile> base = Optional.empty();
    try {
      base = files.base().map(SafetensorsFile::open);
      String prefix = file.names().stream().anyMatch(n -> n.startsWith("bert.")) ? "bert." : "";
      WeightsFile weights = new WeightsFile(file, base, arena, shape, prefix);
      weights.requireFp4();
      return weights;
    } catch (RuntimeException e) {
      base.ifPresent(SafetensorsFile::close);
      file.close();
      throw e;
    }
  }

  boolean contains(String name) {
    return holder(name).contains(name);
  }

  /** The file that a tensor is in; the last one looked into if it is in none. */
  private SafetensorsFile holder(String tensor) {
    return file.contains(tensor) ? file : base.orElse(file);
  }

  private SafetensorsTensor tensor(String name) {
    SafetensorsFile holder = holder(name);
    if (base.isPresent() && !holder.contains(name)) {
      throw new DamagedException(
          "Neither %s nor its base %s has the tensor \"%s\". Fetch or make the model again."
              .formatted(file.path(), holder.path(), name));
    }
    return holder.tensor(name);
  }

  /** {@link #holder} of a linear layer or a table, whose weights may be FP4. */
  private SafetensorsFile holderOfMatrix(String name) {
    return Fp4Tensors.contains(file, name) ? file : holder(name + ".weight");
  }

  private void requireFp4() {
    for (String name : List.of("embeddings.word_embeddings", "encoder.layer.0.output.dense")) {
      String weights = prefix + name + ".weight";
      if (contains(weights)) {
        throw EncoderConfigFile.notQuantized(holder(weights).path().toAbsolutePath().getParent());
      }
    }
  }

  Path path() {
    return file.path();
  }

  /** Whether there is a linear layer of this name, FP4 or not; heads have no prefix. */
  boolean hasHead(String name) {
    SafetensorsFile holder = holderOfMatrix(name);
    return Fp4Tensors.contains(holder, name) || holder.contains(name + ".weight");
  }

  /** The name of a part of BERT itself, for example {@code pooler.dense}, as the file has it. */
  String named(String part) {
    return prefix + part;
  }

  /** The word embeddings, copied. */
  Fp4Matrix words() {
    Fp4Matrix table =
        matrix(named("embeddings.word_embeddings"), shape.vocabulary(), shape.hidden());
    return new Fp4Matrix(
        table.format(),
        table.rows(),
        table.columns(),
        copy(table.codes()),
        copy(table.scales()),
        table.globalScale());
  }

  private MemorySegment copy(MemorySegment data) {
    return arena.allocate(data.byteSize(), ALIGNMENT).copyFrom(data);
  }

  private Fp4Matrix matrix(String name, int rows, int columns) {
    SafetensorsFile holder = holderOfMatrix(name);
    if (holder.contains(name + ".weight")) {
      throw EncoderConfigFile.notQuantized(holder.path().toAbsolutePath().getParent());
    }
    Fp4Matrix matrix = Fp4Tensors.read(holder, name);
    verifyAll(holder, name);
    if (matrix.rows() != rows || matrix.columns() != columns) {
      throw new DamagedException(
          "%s: tensor \"%s\" must have %d rows and %d columns by config.json, but has %d and %d. Fetch or quantise the model again."
              .formatted(holder.path(), name, rows, columns, matrix.rows(), matrix.columns()));
    }
    return matrix;
  }

  private static void verifyAll(SafetensorsFile file, String name) {
    for (String part : List.of(".weight_packed", ".weight_scale", ".weight_global_scale")) {
      if (file.contains(name + part)) {
        file.verify(name + part);
      }
    }
  }

  /** A matrix of fp32 or fp16 numbers, copied as fp32. */
  MemorySegment table(String name, int rows, int columns) {
    return toNative(numbers(name, rows, columns));
  }

  /** Finite fp32 or fp16 numbers, copied as fp32. */
  MemorySegment vector(String name, int length) {
    float[] numbers = numbers(name, length);
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw new DamagedException(
            "%s: tensor \"%s\" must hold finite numbers, but holds %s. Fetch or quantise the model again."
                .formatted(holder(name).path(), name, number));
      }
    }
    return toNative(numbers);
  }

  LayerNorm norm(String name) {
    return new LayerNorm(
        shape.hidden(),
        toNative(numbers(name + ".weight", shape.hidden())),
        toNative(numbers(name + ".bias", shape.hidden())),
        shape.epsilon());
  }

  /**
   * A linear layer of one or several FP4 matrices with their biases, of which each gives as many
   * outputs.
   */
  LinearWeights linear(List<String> names, int inputs, int outputsOfEach) {
    float[] bias = new float[names.size() * outputsOfEach];
    for (int i = 0; i < names.size(); i++) {
      float[] part = numbers(names.get(i) + ".bias", outputsOfEach);
      System.arraycopy(part, 0, bias, i * outputsOfEach, outputsOfEach);
    }
    return NativePacking.pack(
        arena, names.stream().map(name -> matrix(name, outputsOfEach, inputs)).toList(), bias);
  }

  /** A small linear layer, whose weights may be FP4, fp32 or fp16. */
  DenseLayer dense(String name, int inputs, int outputs) {
    float[] weights = new float[inputs * outputs];
    if (Fp4Tensors.contains(holderOfMatrix(name), name)) {
      Fp4Matrix matrix = matrix(name, outputs, inputs);
      for (int row = 0; row < outputs; row++) {
        matrix.dequantize(row, weights, row * inputs);
      }
    } else {
      weights = numbers(name + ".weight", outputs, inputs);
    }
    float[] byInput = new float[weights.length];
    for (int row = 0; row < outputs; row++) {
      for (int column = 0; column < inputs; column++) {
        byInput[column * outputs + row] = weights[row * inputs + column];
      }
    }
    return new DenseLayer(
        inputs, outputs, toNative(byInput), toNative(numbers(name + ".bias", outputs)));
  }

  /** The first dimension of a head's bias: how many numbers it says. */
  int outputs(String name) {
    SafetensorsTensor bias = tensor(name + ".bias");
    return bias.shape().size() == 1 ? Math.toIntExact(bias.shape().getFirst()) : 0;
  }

  private float[] numbers(String name, long... dimensions) {
    SafetensorsFile holder = holder(name);
    SafetensorsTensor tensor = tensor(name).requireShape(dimensions);
    if (tensor.type() != DType.F32 && tensor.type() != DType.F16) {
      throw new DamagedException(
          "%s: tensor \"%s\" must have the type F32 or F16, but has %s. Fetch or quantise the model again."
              .formatted(holder.path(), name, tensor.type()));
    }
    holder.verify(name);
    return tensor.toFloats();
  }

  private MemorySegment toNative(float[] numbers) {
    MemorySegment memory = arena.allocate(4L * numbers.length, ALIGNMENT);
    MemorySegment.copy(numbers, 0, memory, ValueLayout.JAVA_FLOAT, 0, numbers.length);
    return memory;
  }

  @Override
  public void close() {
    base.ifPresent(SafetensorsFile::close);
    file.close();
  }
}
