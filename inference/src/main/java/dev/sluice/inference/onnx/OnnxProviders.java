package dev.sluice.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.util.Optional;

/** What ONNX Runtime can execute a network with. */
public final class OnnxProviders {
  private static final String CUDA_RESOURCE =
      "ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so";
  private static final String CUDA_RESOURCE_WINDOWS =
      "ai/onnxruntime/native/win-x64/onnxruntime_providers_cuda.dll";

  private OnnxProviders() {}

  /** Whether {@link OnnxNetwork#openOnCuda} can be tried. */
  public static boolean hasCuda() {
    return cudaProblem().isEmpty();
  }

  /**
   * Why no network can be run on a GPU; empty if one can be tried. Starts the runtime only where
   * its GPU artifact is on the class path.
   */
  public static Optional<String> cudaProblem() {
    ClassLoader loader = OnnxProviders.class.getClassLoader();
    if (loader.getResource(CUDA_RESOURCE) == null
        && loader.getResource(CUDA_RESOURCE_WINDOWS) == null) {
      return Optional.of("com.microsoft.onnxruntime:onnxruntime_gpu is not on the class path");
    }
    OnnxRuntime.environment();
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)
        ? Optional.empty()
        : Optional.of("this ONNX Runtime was built without CUDA");
  }
}
