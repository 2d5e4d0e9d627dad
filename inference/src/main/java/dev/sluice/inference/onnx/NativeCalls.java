package dev.sluice.inference.onnx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** What ONNX Runtime's Java binding cannot do, done through C. */
final class NativeCalls {
  /** The oldest version of the C interface that the binding itself asks for. */
  private static final int API_VERSION = 23;

  private NativeCalls() {}

  /** Sets an environment variable of this process, where the C library can (not on Windows). */
  static void setEnvironment(String variable, String value) {
    Linker.nativeLinker()
        .defaultLookup()
        .find("setenv")
        .ifPresent(
            setenv -> {
              try (Arena arena = Arena.ofConfined()) {
                int failed =
                    (int)
                        handle(setenv, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
                            .invokeExact(
                                arena.allocateFrom(variable), arena.allocateFrom(value), 1);
                if (failed != 0) {
                  throw new IllegalStateException("setenv refused " + variable);
                }
              } catch (Throwable e) {
                throw unchecked(e);
              }
            });
  }

  /**
   * Takes one more reference to ONNX Runtime's environment, never given back. The binding frees the
   * environment in a shutdown hook without waiting for runs on other threads, and these then crash
   * the process when a person presses Ctrl-C. The environment counts its references.
   *
   * @param library the runtime's library, which is loaded already
   * @see <a href="https://onnxruntime.ai/docs/api/c/struct_ort_api.html">OrtApi, whose first
   *     members are CreateStatus, GetErrorCode, GetErrorMessage and CreateEnv</a>
   */
  static void keepEnvironment(Path library) {
    MemorySegment getApiBase =
        SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow("OrtGetApiBase");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment base =
          (MemorySegment) handle(getApiBase, FunctionDescriptor.of(ADDRESS)).invokeExact();
      MemorySegment getApi = member(base, 0);
      MemorySegment api =
          (MemorySegment)
              handle(getApi, FunctionDescriptor.of(ADDRESS, JAVA_INT)).invokeExact(API_VERSION);
      MemorySegment createEnv = member(api, 3);
      int warning = 2;
      MemorySegment status =
          (MemorySegment)
              handle(createEnv, FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS, ADDRESS))
                  .invokeExact(warning, arena.allocateFrom("sluice"), arena.allocate(ADDRESS));
      if (status.address() != 0) {
        throw new IllegalStateException("ONNX Runtime refused a reference to its environment");
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static MethodHandle handle(MemorySegment function, FunctionDescriptor signature) {
    return Linker.nativeLinker().downcallHandle(function, signature);
  }

  private static MemorySegment member(MemorySegment struct, int index) {
    return struct.reinterpret((index + 1) * ADDRESS.byteSize()).getAtIndex(ADDRESS, index);
  }

  private static RuntimeException unchecked(Throwable e) {
    return switch (e) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      default -> new IllegalStateException(e);
    };
  }
}
