package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Lets the native library compute wrongly, once. */
public final class NativeFault {
  private static final MethodHandle ARM =
      Linker.nativeLinker()
          .downcallHandle(
              NativeLibrary.ofThisMachine().symbol("sluice_arm_fault"),
              FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG));

  private NativeFault() {}

  /**
   * Flips a bit of the sum at a row and column of the next product of any thread that has them, and
   * checksums.
   *
   * @param bit 0 to 31
   */
  public static void arm(long row, long column, long bit) {
    try {
      ARM.invokeExact(row, column, bit);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
