package dev.sluice.distill.training;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.sluice.error.ResourceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** PyTorch, on the first CUDA device if there is one, else on all cores. Used by one thread. */
final class Torch implements AutoCloseable {
  private static final String NAME = "PyTorch";

  private final NDManager manager;
  private final Map<String, Model> programs = new HashMap<>();

  private Torch(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Opens PyTorch.
   *
   * @throws ResourceException if its native library is not there
   */
  static Torch open() {
    try {
      Engine engine = Engine.getEngine(NAME);
      Device device = engine.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
      // The profiler of TorchScript compiles again for new sizes, and each batch has its own.
      JniUtils.setGraphExecutorOptimize(false);
      return new Torch(engine.newBaseManager(device));
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new ResourceException(
          "PyTorch cannot be opened: "
              + e.getMessage()
              + ". Training needs ai.djl.pytorch:pytorch-native-cpu and pytorch-jni on the class"
              + " path, on Linux, macOS or Windows with an x86-64 or ARM processor.",
          e);
    }
  }

  /** What owns arrays that live as long as this. */
  NDManager manager() {
    return manager;
  }

  /** What it computes on. */
  String device() {
    return manager.getDevice().isGpu() ? "cuda" : "cpu, " + JniUtils.getNumThreads() + " threads";
  }

  /** An array that gradients are computed for. */
  NDArray parameter(float[] values, long... shape) {
    NDArray array = manager.create(values, new Shape(shape));
    array.setRequiresGradient(true);
    return array;
  }

  /** Sets a parameter's gradient to zero. */
  static void zeroGradient(NDArray parameter) {
    JniUtils.zeroGrad((PtNDArray) parameter);
  }

  /**
   * Runs a program of {@link TorchScript}.
   *
   * @param owner what the result belongs to
   */
  NDArray run(String program, NDManager owner, NDArray... inputs) {
    // The form with single values instead of a list computes no gradients, and does not say so.
    NDArray result =
        IValueUtils.forward(block(program), new NDList(inputs), true).singletonOrThrow();
    result.attach(owner);
    return result;
  }

  private PtSymbolBlock block(String program) {
    return (PtSymbolBlock) programs.computeIfAbsent(program, this::load).getBlock();
  }

  private Model load(String program) {
    PtModel model = (PtModel) Model.newInstance(program, manager.getDevice(), NAME);
    try {
      model.load(new ByteArrayInputStream(TorchScript.archive(program)), Map.of());
      return model;
    } catch (IOException | MalformedModelException e) {
      model.close();
      throw new IllegalStateException("the program " + program + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    programs.values().forEach(Model::close);
    manager.close();
  }
}
