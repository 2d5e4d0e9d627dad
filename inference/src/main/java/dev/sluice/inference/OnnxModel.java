package dev.sluice.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A network with the inputs of BERT: {@code input_ids}, {@code attention_mask} and {@code
 * token_type_ids}, of which it may leave out the last two, each int64 of shape (batch, tokens).
 */
final class OnnxModel implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";

  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String output;
  private final long[] outputShape;

  /** Held for reading while native code uses the session, which closing frees. */
  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private OnnxModel(
      Path file,
      OrtEnvironment environment,
      OrtSession session,
      String output,
      long[] outputShape) {
    this.file = file;
    this.environment = environment;
    this.session = session;
    this.output = output;
    this.outputShape = outputShape;
  }

  /** What a batch gives: numbers in row-major order and their shape. */
  record Output(FloatBuffer values, long[] shape) {}

  /**
   * Opens a network.
   *
   * @param threads how many threads one run uses
   * @param preferredOutput the output to read if the network has it; else its first is read
   * @throws DamagedException if the file is no ONNX network
   * @throws InvalidInputException if its inputs or outputs are not those above
   */
  static OnnxModel open(Path file, int threads, String preferredOutput) {
    OrtEnvironment environment = OnnxRuntime.environment();
    OrtSession session;
    try {
      session = OnnxSessions.open(file, threads);
    } catch (OrtException e) {
      throw new DamagedException(file + " cannot be opened as an ONNX model: " + e.getMessage(), e);
    }
    try {
      checkInputs(file, session);
      Map<String, NodeInfo> outputs = session.getOutputInfo();
      String output =
          outputs.containsKey(preferredOutput)
              ? preferredOutput
              : outputs.keySet().iterator().next();
      return new OnnxModel(file, environment, session, output, shape(file, outputs.get(output)));
    } catch (OrtException | RuntimeException e) {
      closeAfter(session, e);
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new DamagedException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void closeAfter(OrtSession session, Exception cause) {
    try {
      session.close();
    } catch (OrtException e) {
      cause.addSuppressed(e);
    }
  }

  private static void checkInputs(Path file, OrtSession session) throws OrtException {
    Set<String> unknown = new TreeSet<>(session.getInputNames());
    unknown.removeAll(Set.of(IDS, MASK, TYPES));
    if (!unknown.isEmpty() || !session.getInputNames().contains(IDS)) {
      throw new InvalidInputException(
          file
              + " has the inputs "
              + new TreeSet<>(session.getInputNames())
              + ", but "
              + IDS
              + " is needed and only "
              + MASK
              + " and "
              + TYPES
              + " may come with it.");
    }
    for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
      if (!(input.getValue().getInfo() instanceof TensorInfo tensor
          && tensor.type == OnnxJavaType.INT64)) {
        throw new InvalidInputException(
            file
                + ": input "
                + input.getKey()
                + " must be a tensor of int64, but is "
                + input.getValue().getInfo());
      }
    }
  }

  private static long[] shape(Path file, NodeInfo output) {
    if (output.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
      return tensor.getShape();
    }
    throw new InvalidInputException(
        file
            + ": output "
            + output.getName()
            + " must be a tensor of float32, but is "
            + output.getInfo());
  }

  /** The file that was opened, for messages. */
  Path file() {
    return file;
  }

  /** The declared shape of the output; -1 where it depends on the input. */
  long[] outputShape() {
    return outputShape.clone();
  }

  /** Runs the sequences as one batch, the shorter ones padded. */
  Output run(List<Sequence> batch, int paddingId) {
    inUse.readLock().lock();
    try (Arena arena = Arena.ofConfined()) {
      if (closed) {
        throw new IllegalStateException("The model " + file + " is closed.");
      }
      return run(new Inputs(arena, batch, paddingId));
    } catch (OrtException e) {
      throw new ResourceException(
          file + " failed on a batch of " + batch.size() + " texts: " + e.getMessage(), e);
    } finally {
      inUse.readLock().unlock();
    }
  }

  private Output run(Inputs inputs) throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (String name : session.getInputNames()) {
        tensors.put(name, inputs.tensor(environment, name));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
        OnnxTensor tensor = (OnnxTensor) result.get(0);
        return new Output(tensor.getFloatBuffer(), tensor.getInfo().getShape());
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** The matrices of a batch in native memory, which is freed with its arena. */
  private record Inputs(Arena arena, List<Sequence> batch, int paddingId) {
    OnnxTensor tensor(OrtEnvironment environment, String name) throws OrtException {
      int columns = batch.stream().mapToInt(Sequence::length).max().orElse(0);
      MemorySegment matrix = arena.allocate(ValueLayout.JAVA_LONG, (long) batch.size() * columns);
      for (int row = 0; row < batch.size(); row++) {
        Sequence sequence = batch.get(row);
        for (int column = 0; column < columns; column++) {
          matrix.setAtIndex(
              ValueLayout.JAVA_LONG, (long) row * columns + column, value(name, sequence, column));
        }
      }
      return OnnxTensor.createTensor(
          environment,
          matrix.asByteBuffer().order(ByteOrder.nativeOrder()).asLongBuffer(),
          new long[] {batch.size(), columns});
    }

    private long value(String name, Sequence sequence, int column) {
      boolean padding = column >= sequence.length();
      return switch (name) {
        case IDS -> padding ? paddingId : sequence.ids()[column];
        case MASK -> padding ? 0 : 1;
        default -> padding || column < sequence.secondStart() ? 0 : sequence.secondType();
      };
    }
  }

  @Override
  public void close() {
    inUse.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        session.close();
      }
    } catch (OrtException e) {
      throw new ResourceException("Cannot close " + file + ": " + e.getMessage(), e);
    } finally {
      inUse.writeLock().unlock();
    }
  }
}
