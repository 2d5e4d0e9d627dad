package dev.sluice.inference.encoder;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.SelfCheckReport;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;

/**
 * A BERT encoder with FP4 weights. Sequences run one behind the other in chunks, without padding,
 * and chunks side by side; what is said of a sequence depends on nothing beside it, bit by bit.
 *
 * <p>The weights are compared with their checksums when they are read, and again whenever a call
 * finds the last check older than {@link EncoderOptions#checkInterval}. A chunk whose products do
 * not fit their checksums is computed again with other kernels.
 */
public final class Encoder implements Network {
  private final Path model;
  private final EncoderOptions options;
  private final Arena arena;
  private final EncoderWeights weights;
  private final WeightGuard guard;
  private final Workers<Workspace> workers;
  private final AtomicLong arithmeticMismatches = new AtomicLong();

  /** Held for reading while a call runs, whose memory closing frees. */
  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private Encoder(
      Path model, EncoderOptions options, Arena arena, EncoderWeights weights, WeightGuard guard) {
    this.model = model;
    this.options = options;
    this.arena = arena;
    this.weights = weights;
    this.guard = guard;
    EncoderShape shape = weights.shape();
    int longest = shape.positions() * (weights.config().segmentLayers().isPresent() ? 2 : 1);
    int capacity = Math.max(options.chunkTokens(), longest);
    long scratch =
        options.kernels().stream()
            .mapToLong(kernels -> kernels.scratchBytes(shape, capacity))
            .max()
            .orElseThrow();
    this.workers =
        new Workers<>(
            "encoder",
            options.threads(),
            () -> Workspace.allocate(arena, weights.config(), capacity, scratch));
  }

  /**
   * Reads a model.
   *
   * @param config Hugging Face's {@code config.json}
   * @param model {@code model.safetensors} with FP4 weights under their Hugging Face names
   * @throws InvalidInputException if it is no BERT model, its weights are not FP4, or it has no
   *     head for this output
   * @throws DamagedException if a file cannot be read as what it should be, a tensor does not have
   *     the shape that config.json asks for, or does not match its checksum
   */
  public static Encoder open(Path config, Path model, Output output, EncoderOptions options) {
    return open(
        new EncoderFiles(config, model, Optional.empty()), output, OptionalInt.empty(), options);
  }

  /**
   * Reads a model, or the first layers alone: what leaves the last of them is what the output is
   * made of.
   *
   * @param layers from 1 to those of the model; all if empty
   * @throws InvalidInputException if it is no BERT model, its weights are not FP4, it has fewer
   *     layers or no head for this output
   * @throws DamagedException if a file cannot be read as what it should be, a tensor does not have
   *     the shape that config.json asks for, or does not match its checksum
   */
  public static Encoder open(
      EncoderFiles files, Output output, OptionalInt layers, EncoderOptions options) {
    Arena arena = Arena.ofShared();
    try {
      EncoderWeights weights = EncoderWeights.read(files, output, layers, arena);
      WeightGuard guard =
          new WeightGuard(
              weights,
              files.model(),
              options.checkInterval(),
              again -> EncoderWeights.read(files, output, layers, again));
      return new Encoder(files.model(), options, arena, weights, guard);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** The sizes of the model, with the layers that are run. */
  public EncoderShape shape() {
    return weights.shape();
  }

  /** The weights in memory, for tests to spoil. */
  List<MemorySegment> weightMemory() {
    return guard.memory();
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(weights.head().width());
  }

  @Override
  public boolean readsSegments() {
    return weights.config().segmentLayers().isPresent();
  }

  @Override
  public OptionalLong memoryBytes() {
    return OptionalLong.of(guard.bytes());
  }

  @Override
  public float[][] run(List<Sequence> sequences) {
    return run(sequences, options.health().trusted(options.kernels()));
  }

  /** {@link #run(List)} with these kernels alone, the next where one computes wrongly. */
  private float[][] run(List<Sequence> sequences, List<Kernels> kernels) {
    sequences.forEach(sequence -> Workspace.check(weights.config(), sequence));
    inUse.readLock().lock();
    try {
      requireOpen();
      guard.checkIfDue();
      List<Chunk> chunks = Chunk.cut(sequences, options.chunkTokens());
      float[][] answers = new float[sequences.size()][];
      workers.run(chunks.size(), (space, i) -> runChunk(chunks.get(i), kernels, space, answers));
      return answers;
    } finally {
      inUse.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The model " + model + " is closed.");
    }
  }

  private void runChunk(Chunk chunk, List<Kernels> kernels, Workspace space, float[][] answers) {
    Workspace.Load load = space.load(chunk.sequences());
    for (Kernels some : attempts(kernels)) {
      if (new ForwardPass(weights, some).run(space, load)) {
        answer(chunk, space, answers);
        return;
      }
      arithmeticMismatches.incrementAndGet();
      options.health().reportMismatch(some);
    }
    throw new ResourceException(
        "This machine computes wrongly: products of "
            + model
            + " did not fit their checksums with any of the kernels "
            + kernels.stream().map(Kernels::name).toList()
            + ". Check its memory and processor.");
  }

  /** All, and the last once more, so that a single wrong product never ends a call. */
  private static List<Kernels> attempts(List<Kernels> kernels) {
    List<Kernels> attempts = new ArrayList<>(kernels);
    attempts.add(kernels.getLast());
    return attempts;
  }

  private void answer(Chunk chunk, Workspace space, float[][] answers) {
    Head head = weights.head();
    long rowBytes = 4L * weights.shape().hidden();
    long row = 0;
    for (int i = 0; i < chunk.sequences().size(); i++) {
      Sequence sequence = chunk.sequences().get(i);
      MemorySegment x = space.x().asSlice(row * rowBytes);
      answers[chunk.first() + i] = head.apply(x, sequence);
      row += weights.lastLayerOfFirstTokens() ? 1 : sequence.length();
    }
  }

  /**
   * Puts the kernels to a test and quarantines those that fail in front of the first that passes.
   * If all fail, the model is to blame, and none is quarantined.
   *
   * @param test says whether this model, run with some kernels, gives the right answers
   * @throws DamagedException if all kernels fail
   */
  public void requireRightAnswers(Predicate<Network> test) {
    List<Kernels> failed = new ArrayList<>();
    for (Kernels kernels : options.health().trusted(options.kernels())) {
      if (test.test(new WithKernels(this, kernels))) {
        failed.forEach(options.health()::quarantine);
        return;
      }
      failed.add(kernels);
    }
    throw new DamagedException(
        "The model "
            + model
            + " gives wrong answers to the texts in golden.json with each of the kernels "
            + failed.stream().map(Kernels::name).toList()
            + ". Fetch or quantise it again.");
  }

  /** This encoder with some of its kernels alone. Closing it leaves the encoder open. */
  private record WithKernels(Encoder encoder, Kernels kernels) implements Network {
    @Override
    public OptionalInt width() {
      return encoder.width();
    }

    @Override
    public boolean readsSegments() {
      return encoder.readsSegments();
    }

    @Override
    public float[][] run(List<Sequence> sequences) {
      return encoder.run(sequences, List.of(kernels));
    }

    @Override
    public void close() {}
  }

  @Override
  public Optional<SelfCheckReport> selfCheck() {
    inUse.readLock().lock();
    try {
      requireOpen();
      guard.check();
      return Optional.of(
          new SelfCheckReport(
              options.health().trusted(options.kernels()).getFirst().name(),
              guard.checks(),
              guard.mismatches(),
              arithmeticMismatches.get(),
              options.health().quarantined()));
    } finally {
      inUse.readLock().unlock();
    }
  }

  @Override
  public void close() {
    inUse.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        workers.close();
        arena.close();
      }
    } finally {
      inUse.writeLock().unlock();
    }
  }
}
