package dev.sluice.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.CacheFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Opens ONNX Runtime sessions. */
final class OnnxSessions {
  private OnnxSessions() {}

  /**
   * Opens a network, and for one that is unpacked in the cache keeps the optimised graph beside it:
   * opening bge-small from that takes 0.15 s less of 0.6. The kept graph has only optimisations
   * that do not depend on the processor, and is of one version of the runtime.
   */
  static OrtSession open(Path file, int threads) throws OrtException {
    OrtEnvironment environment = OnnxRuntime.environment();
    if (!file.toAbsolutePath().startsWith(CacheFolder.locate())
        || !Files.isWritable(file.toAbsolutePath().getParent())) {
      return openOnly(environment, file, threads);
    }
    Path kept = file.resolveSibling(keptName(environment));
    if (Files.exists(kept)) {
      try (SessionOptions options = options(threads)) {
        options.setOptimizationLevel(OptLevel.NO_OPT);
        return environment.createSession(kept.toString(), options);
      } catch (OrtException e) {
        delete(kept); // it can be made again, and the file that it came from says what is wrong
      }
    }
    return openAndKeep(environment, file, kept, threads);
  }

  /** Opens a network on the first GPU; operations that have no CUDA kernel run on the processor. */
  static OrtSession openOnCuda(Path file, int threads) throws OrtException {
    try (SessionOptions options = options(threads)) {
      try {
        options.addCUDA(0);
      } catch (OrtException e) {
        throw new ResourceException(
            "ONNX Runtime cannot use the GPU: "
                + e.getMessage()
                + ". It needs CUDA and cuDNN of the versions that it was built with; choose the"
                + " device profile onnx-cpu to go on without.",
            e);
      }
      return OnnxRuntime.environment().createSession(file.toString(), options);
    }
  }

  private static OrtSession openOnly(OrtEnvironment environment, Path file, int threads)
      throws OrtException {
    try (SessionOptions options = options(threads)) {
      return environment.createSession(file.toString(), options);
    }
  }

  private static String keptName(OrtEnvironment environment) {
    return "optimized-" + environment.getVersion() + "-" + System.getProperty("os.arch") + ".onnx";
  }

  private static OrtSession openAndKeep(
      OrtEnvironment environment, Path file, Path kept, int threads) throws OrtException {
    Path unfinished = unfinished(kept);
    try (SessionOptions options = options(threads)) {
      options.setOptimizationLevel(OptLevel.EXTENDED_OPT);
      options.setOptimizedModelFilePath(unfinished.toString());
      environment.createSession(file.toString(), options).close();
      keep(unfinished, kept);
    } catch (OrtException e) {
      // Either the network is broken, which opening it below says, or there was no room for a copy.
    } finally {
      delete(unfinished);
    }
    return openOnly(environment, file, threads);
  }

  private static Path unfinished(Path kept) {
    try {
      return Files.createTempFile(kept.getParent(), "unfinished-", ".onnx");
    } catch (IOException e) {
      throw failure(kept, e);
    }
  }

  private static void keep(Path unfinished, Path kept) {
    try {
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.exists(kept)) { // Windows replaces no file that another process has open
        throw failure(kept, e);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static ResourceException failure(Path file, IOException cause) {
    return new ResourceException(
        "Cannot write "
            + file
            + ": "
            + cause
            + ". Free space there or choose another cache folder with SLUICE_CACHE.",
        cause);
  }

  private static SessionOptions options(int threads) throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setIntraOpNumThreads(threads);
    // Threads that spin while they wait took 40% more processor time on a busy machine.
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    // Batches differ in shape, and a memory plan for each shape would only add up. The arena stays:
    // without it each operation maps fresh pages, which took 4 times the processor time.
    options.setMemoryPatternOptimization(false);
    return options;
  }
}
