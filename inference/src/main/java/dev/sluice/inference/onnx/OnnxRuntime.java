package dev.sluice.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.BundledFiles;
import dev.sluice.inference.CacheFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Starts ONNX Runtime once, with its telemetry off and its libraries in the cache. */
final class OnnxRuntime {
  private static final String LIBRARY_FOLDER = "onnxruntime.native.path";
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  private OnnxRuntime() {}

  /**
   * @throws ResourceException if there is no native library for this machine
   */
  static OrtEnvironment environment() {
    try {
      return Holder.ENVIRONMENT;
    } catch (LinkageError e) {
      throw new ResourceException(
          "ONNX Runtime cannot start on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + (e.getCause() == null ? e : e.getCause())
              + ". It needs glibc on Linux; on other machines set "
              + LIBRARY_FOLDER
              + " to a folder with its libraries.",
          e);
    }
  }

  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = start();

    private static OrtEnvironment start() {
      refuseTelemetry();
      unpackLibraries();
      try {
        OrtEnvironment environment =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "sluice");
        environment.setTelemetry(false);
        keepEnvironment();
        return environment;
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * {@code setTelemetry(false)} comes too late on Linux and macOS: starting up has then written a
   * device id to the home folder and reported the process. The environment variable prevents both,
   * and the C library's {@code setenv} is the only way to set it in a running process. Windows has
   * no {@code setenv}, and there the runtime only writes to the system's own event tracing.
   *
   * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md">Privacy</a>
   */
  private static void refuseTelemetry() {
    if (System.getenv(NO_TELEMETRY) != null) {
      return;
    }
    NativeCalls.setEnvironment(NO_TELEMETRY, "1");
  }

  /**
   * Left alone, the runtime unpacks 28 MB into a new temporary folder at every start, and leaves
   * the folder behind.
   */
  private static void unpackLibraries() {
    if (System.getProperty(LIBRARY_FOLDER) != null) {
      return;
    }
    Map<String, String> resources = new LinkedHashMap<>();
    for (String library : new String[] {"onnxruntime", "onnxruntime4j_jni"}) {
      String file = System.mapLibraryName(library);
      resources.put(file, "ai/onnxruntime/native/" + platform() + "/" + file);
    }
    for (String library :
        new String[] {"onnxruntime_providers_shared", "onnxruntime_providers_cuda"}) {
      String file = System.mapLibraryName(library);
      String resource = "ai/onnxruntime/native/" + platform() + "/" + file;
      if (OnnxRuntime.class.getClassLoader().getResource(resource) != null) {
        resources.put(file, resource); // of the artifact onnxruntime_gpu
      }
    }
    BundledFiles.find("onnxruntime", resources)
        .map(files -> files.unpack(CacheFolder.locate().resolve("native")))
        .ifPresent(folder -> System.setProperty(LIBRARY_FOLDER, folder.toString()));
  }

  private static void keepEnvironment() {
    String folder = System.getProperty(LIBRARY_FOLDER);
    if (folder == null) {
      return; // the runtime unpacked its libraries itself, to a folder that it keeps secret
    }
    Path library = Path.of(folder, System.mapLibraryName("onnxruntime"));
    if (Files.exists(library)) {
      NativeCalls.keepEnvironment(library);
    }
  }

  /** The folder of this machine's libraries in ONNX Runtime's jar. */
  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String family = os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux";
    String arch = System.getProperty("os.arch");
    return family + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
  }
}
