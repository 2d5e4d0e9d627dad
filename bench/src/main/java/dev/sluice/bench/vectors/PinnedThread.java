package dev.sluice.bench.vectors;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Binds the calling thread to the processor that it runs on, on Linux. */
final class PinnedThread {
  private static final long SET_BYTES = 128;

  private PinnedThread() {}

  /** Returns whether it is bound now. */
  static boolean pin() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    Optional<MemorySegment> processor = lookup.find("sched_getcpu");
    Optional<MemorySegment> affinity = lookup.find("sched_setaffinity");
    if (processor.isEmpty() || affinity.isEmpty()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      int current =
          (int)
              linker
                  .downcallHandle(processor.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT))
                  .invokeExact();
      MemorySegment set = arena.allocate(SET_BYTES);
      set.set(ValueLayout.JAVA_BYTE, current / 8, (byte) (1 << current % 8));
      int thisThread = 0;
      int result =
          (int)
              linker
                  .downcallHandle(
                      affinity.get(),
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_LONG,
                          ValueLayout.ADDRESS))
                  .invokeExact(thisThread, SET_BYTES, set);
      return result == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("foreign functions throw no checked exceptions", e);
    }
  }
}
