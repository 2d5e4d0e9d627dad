package dev.sluice.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.bench.Timing.Clock;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The most int8 operations that this processor does in a second: a loop of {@code vpdpbusd} on
 * registers that do not depend on each other, put together here as machine code. Exists on Linux on
 * x86-64 with AVX-512 VNNI.
 */
final class PeakRate {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final String FEATURE = "avx512_vnni";

  /** Sums in flight: enough to hide that an instruction takes five cycles, at two a cycle. */
  private static final int REGISTERS = 24;

  /** 64 products and as many additions. */
  private static final double OPERATIONS_PER_INSTRUCTION = 128;

  private static final long TURNS = 2_000_000;
  private static final int ROUNDS = 5;

  private static final int READ_WRITE_EXECUTE = 7;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final long PAGE = 4096;

  private PeakRate() {}

  /**
   * Operations per second, each multiplication and each addition counted as one.
   *
   * @param threads how many processors work at once
   */
  static OptionalDouble measure(int threads) throws IOException {
    if (!Files.isReadable(CPU_INFO) || !Files.readString(CPU_INFO).contains(FEATURE)) {
      return OptionalDouble.empty();
    }
    MethodHandle loop = loop();
    Clock clock = threads == 1 ? Clock.THREAD : Clock.WALL;
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      double start = clock.seconds();
      runOn(threads, loop);
      best = Math.min(best, clock.seconds() - start);
    }
    return OptionalDouble.of(threads * TURNS * REGISTERS * OPERATIONS_PER_INSTRUCTION / best);
  }

  private static void runOn(int threads, MethodHandle loop) {
    Thread[] helpers =
        IntStream.range(1, threads)
            .mapToObj(i -> Thread.ofPlatform().start(() -> call(loop)))
            .toArray(Thread[]::new);
    call(loop);
    for (Thread helper : helpers) {
      try {
        helper.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  private static void call(MethodHandle loop) {
    try {
      loop.invokeExact(TURNS);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** A function of the number of turns, in memory that is never freed. */
  @SuppressWarnings("restricted")
  private static MethodHandle loop() throws IOException {
    byte[] code = code();
    Linker linker = Linker.nativeLinker();
    MethodHandle map =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mmap"),
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    MemorySegment page;
    try {
      page =
          (MemorySegment)
              map.invokeExact(
                  MemorySegment.NULL, PAGE, READ_WRITE_EXECUTE, PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (page.address() == -1) {
      throw new IOException("This system gives no memory for code: the peak cannot be measured.");
    }
    MemorySegment.copy(code, 0, page.reinterpret(PAGE), JAVA_BYTE, 0, code.length);
    return linker.downcallHandle(page, FunctionDescriptor.ofVoid(JAVA_LONG));
  }

  /**
   * The encoding is in Intel's Software Developer's Manual, volume 2, 2.7 (EVEX) and VPDPBUSD. The
   * calling convention leaves all vector registers to the function, and the count is in rdi.
   */
  private static byte[] code() {
    ByteBuffer code = ByteBuffer.allocate(6 * REGISTERS + 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int register = 0; register < REGISTERS; register++) {
      int high = (register & 8) == 0 ? 0x80 : 0;
      int higher = (register & 16) == 0 ? 0x10 : 0;
      code.put((byte) 0x62); // vpdpbusd zmm<register>, zmm31, zmm30
      code.put((byte) (high | higher | 0x02)).put((byte) 0x05).put((byte) 0x40);
      code.put((byte) 0x50).put((byte) (0xc6 | (register & 7) << 3));
    }
    code.put((byte) 0x48).put((byte) 0xff).put((byte) 0xcf); // dec rdi
    code.put((byte) 0x0f).put((byte) 0x85); // jnz to the start, from behind these four bytes
    code.putInt(-(code.position() + Integer.BYTES));
    code.put((byte) 0xc5).put((byte) 0xf8).put((byte) 0x77); // vzeroupper
    code.put((byte) 0xc3); // ret
    return Arrays.copyOf(code.array(), code.position());
  }
}
