package dev.sluice.inference.onnx;

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
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A network with the inputs of BERT: {@code input_ids}, {@code attention_mask} and {@code
 * token_type_ids}, of which it may leave out the last two, each int64 of shape (batch, tokens).
 *
 * <p>Sequences are run in batches of like length. A model with dynamically quantised activations
 * (int8) scales them by batch, so there an answer depends a little on the sequences beside it (a
 * test holds the cosine to the vector of a text alone above .97). The same list gives the same
 * answers.
 */
public final class OnnxNetwork implements Network {
  /**
   * bge-small on 60 texts of log-normal length, 2 threads, took 2.0 s of processor time with 1,024
   * tokens a batch, 2.6 with 2,048, 2.7 with 4,096 and 4.4 with 8,192: activations of the small
   * batches stay in the processor's cache.
   */
  private static final int BATCH_TOKENS = 1024;

  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";

  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final OnnxOutput output;

  /** Held for reading while native code uses the session, which closing frees. */
  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private OnnxNetwork(
      Path file, OrtEnvironment environment, OrtSession session, OnnxOutput output) {
    this.file = file;
    this.environment = environment;
    this.session = session;
    this.output = output;
  }

  /**
   * Opens a network.
   *
   * @param threads how many threads one run uses
   * @throws DamagedException if the file is no ONNX network
   * @throws InvalidInputException if its inputs are not those above, or its outputs not those of
   *     such a model
   */
  public static OnnxNetwork open(Path file, Output output, int threads) {
    return open(file, output, () -> OnnxSessions.open(file, threads));
  }

  /**
   * {@link #open} on the first GPU.
   *
   * @throws ResourceException if the GPU or its libraries cannot be used
   */
  public static OnnxNetwork openOnCuda(Path file, Output output, int threads) {
    return open(file, output, () -> OnnxSessions.openOnCuda(file, threads));
  }

  private interface SessionOpener {
    OrtSession open() throws OrtException;
  }

  private static OnnxNetwork open(Path file, Output output, SessionOpener opener) {
    if (output == Output.TOKEN_VECTORS) {
      throw new InvalidInputException(
          file + " cannot give vectors of tokens: only models with FP4 weights do.");
    }
    if (output == Output.SPAN_LOGITS) {
      throw new InvalidInputException(
          file + " cannot be used as a reader: only models with FP4 weights are readers.");
    }
    OrtEnvironment environment = OnnxRuntime.environment();
    OrtSession session;
    try {
      session = opener.open();
    } catch (OrtException e) {
      throw new DamagedException(file + " cannot be opened as an ONNX model: " + e.getMessage(), e);
    }
    try {
      checkInputs(file, session);
      return new OnnxNetwork(file, environment, session, OnnxOutput.of(file, output, session));
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

  @Override
  public OptionalInt width() {
    return output.width();
  }

  @Override
  public float[][] run(List<Sequence> sequences) {
    float[][] answers = new float[sequences.size()][];
    for (int[] batch : Batches.byLength(sequences, BATCH_TOKENS)) {
      List<Sequence> rows = Arrays.stream(batch).mapToObj(sequences::get).toList();
      float[][] some = runBatch(rows);
      for (int row = 0; row < batch.length; row++) {
        answers[batch[row]] = some[row];
      }
    }
    return answers;
  }

  /** Runs the sequences as one batch, the shorter ones padded. */
  private float[][] runBatch(List<Sequence> batch) {
    inUse.readLock().lock();
    try (Arena arena = Arena.ofConfined()) {
      if (closed) {
        throw new IllegalStateException("The model " + file + " is closed.");
      }
      return run(new Inputs(arena, batch));
    } catch (OrtException e) {
      throw new ResourceException(
          file + " failed on a batch of " + batch.size() + " texts: " + e.getMessage(), e);
    } finally {
      inUse.readLock().unlock();
    }
  }

  private float[][] run(Inputs inputs) throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (String name : session.getInputNames()) {
        tensors.put(name, inputs.tensor(environment, name));
      }
      try (OrtSession.Result result = session.run(tensors, Set.of(output.name()))) {
        OnnxTensor tensor = (OnnxTensor) result.get(0);
        FloatBuffer values = tensor.getFloatBuffer();
        return output.read(values, tensor.getInfo().getShape(), inputs.batch());
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** The matrices of a batch in native memory, which is freed with its arena. */
  private record Inputs(Arena arena, List<Sequence> batch) {
    OnnxTensor tensor(OrtEnvironment environment, String name) throws OrtException {
      int columns = batch.stream().mapToInt(Sequence::length).max().orElse(0);
      MemorySegment matrix = arena.allocate(ValueLayout.JAVA_LONG, (long) batch.size() * columns);
      for (int row = 0; row < batch.size(); row++) {
        Sequence sequence = batch.get(row);
        for (int column = 0; column < sequence.length(); column++) {
          matrix.setAtIndex(
              ValueLayout.JAVA_LONG, (long) row * columns + column, value(name, sequence, column));
        }
      }
      return OnnxTensor.createTensor(
          environment,
          matrix.asByteBuffer().order(ByteOrder.nativeOrder()).asLongBuffer(),
          new long[] {batch.size(), columns});
    }

    /** Behind a sequence all is 0: the mask keeps the tokens there from counting. */
    private static long value(String name, Sequence sequence, int column) {
      return switch (name) {
        case IDS -> sequence.ids()[column];
        case MASK -> 1;
        default -> sequence.type(column);
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
