package dev.sluice.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.sluice.inference.ModelPack.Pooling;
import java.nio.file.Path;
import java.util.List;

/**
 * A network in ONNX Runtime with the settings that a user gets (all optimisations, memory patterns,
 * the arena, threads that spin between operations), on a fixed number of threads; with one, it runs
 * on the caller's thread alone.
 */
final class OrtPeer implements AutoCloseable {
  /** What the embedder of this project gives ONNX Runtime; small enough for a core's cache. */
  private static final int BATCH_TOKENS = 1024;

  /** What people usually give it. */
  static final int BATCH_ROWS = 32;

  static final String IN_ROWS = "batches of " + BATCH_ROWS + " rows";
  private static final String IN_TOKENS = "batches of " + BATCH_TOKENS + " tokens";

  private final String name;
  private final OrtSession session;
  private final Pooling pooling;

  private OrtPeer(String name, OrtSession session, Pooling pooling) {
    this.name = name;
    this.session = session;
    this.pooling = pooling;
  }

  static OrtPeer open(String name, Path model, Pooling pooling, int threads) {
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      return new OrtPeer(name, environment().createSession(model.toString(), options), pooling);
    } catch (OrtException e) {
      throw new IllegalStateException(model + ": " + e.getMessage(), e);
    }
  }

  static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment();
  }

  String name() {
    return name;
  }

  Pooling pooling() {
    return pooling;
  }

  OrtSession session() {
    return session;
  }

  /** The workload in each way to batch it that may be this peer's best. */
  List<OrtContender> contenders(Workload workload) {
    return List.of(
        OrtContender.of(this, workload, IN_ROWS, Batching.rows(BATCH_ROWS)),
        OrtContender.of(this, workload, IN_TOKENS, Batching.tokens(BATCH_TOKENS)));
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(name + ": " + e.getMessage(), e);
    }
  }
}
