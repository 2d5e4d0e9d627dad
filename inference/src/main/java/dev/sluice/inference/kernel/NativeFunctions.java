package dev.sluice.inference.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the native library, all of one shape: a struct goes in, an int32 comes out.
 * Initialised when first used, which may only be where the library is present.
 */
final class NativeFunctions {
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);

  static final MethodHandle EMBED = link("sluice_embed");
  static final MethodHandle MULTIPLY = link("sluice_multiply");
  static final MethodHandle MULTIPLY_GELU = link("sluice_multiply_gelu");
  static final MethodHandle MULTIPLY_NORMALIZE = link("sluice_multiply_normalize");
  static final MethodHandle ATTENTION = link("sluice_attention");
  static final MethodHandle SCRATCH_BYTES = link("sluice_scratch_bytes");
  static final MethodHandle PACK = link("sluice_pack");
  static final MethodHandle SUM_WEIGHTS = link("sluice_sum_weights");

  private NativeFunctions() {}

  private static MethodHandle link(String name) {
    MemorySegment function = NativeLibrary.ofThisMachine().symbol(name);
    return Linker.nativeLinker().downcallHandle(function, SHAPE);
  }

  static int invoke(MethodHandle function, MemorySegment struct) {
    try {
      return (int) function.invokeExact(struct);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("foreign functions throw no checked exceptions", e);
    }
  }
}
