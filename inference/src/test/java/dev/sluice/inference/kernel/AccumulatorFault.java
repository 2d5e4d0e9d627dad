package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Makes the native library compute wrongly once. */
public final class AccumulatorFault {
  private AccumulatorFault() {}

  /**
   * Flips a bit of the sum of a row and column in the next product with folded weights that has
   * them.
   *
   * @param bit 0 to 31
   */
  public static void arm(int row, int column, int bit) {
    MethodHandle arm =
        Linker.nativeLinker()
            .downcallHandle(
                NativeLibrary.ofThisMachine().symbol("sluice_arm_fault"),
                FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    try {
      arm.invokeExact((long) row, (long) column, (long) bit);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
