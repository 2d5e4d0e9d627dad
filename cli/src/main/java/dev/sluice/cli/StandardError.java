package dev.sluice.cli;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Standard error. The launcher filters one warning of the virtual machine out of it, which makes it
 * a pipe that lags behind and outlives this process, and gives the number of the real one in the
 * system property {@code sluice.stderr}. That one is put in place of the pipe: to open it again by
 * its name in {@code /dev/fd} would lose the place in a file that others write to as well.
 */
final class StandardError {
  private static final String PROPERTY = "sluice.stderr";

  private StandardError() {}

  static PrintStream ofProcess() {
    Integer real = Integer.getInteger(PROPERTY);
    if (real != null) {
      Linker.nativeLinker().defaultLookup().find("dup2").ifPresent(dup2 -> replace(dup2, real));
    }
    return new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
  }

  private static void replace(MemorySegment dup2, int real) {
    FunctionDescriptor signature = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    try {
      // Where it fails the pipe serves as well.
      int unused = (int) Linker.nativeLinker().downcallHandle(dup2, signature).invokeExact(real, 2);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
