package dev.sluice.inference.kernel;

import java.lang.foreign.MemorySegment;

/** Hands out parts of a call's scratch memory, each at a multiple of 64 bytes from its start. */
final class Scratch {
  private final MemorySegment memory;
  private long used;

  Scratch(MemorySegment memory) {
    this.memory = memory;
  }

  /** What a part of that many 4-byte numbers takes. */
  static long bytes(long numbers) {
    return (4 * numbers + 63) / 64 * 64;
  }

  /** Room for that many 4-byte numbers, with whatever was there before. */
  MemorySegment take(long numbers) {
    MemorySegment part = memory.asSlice(used, 4 * numbers);
    used += bytes(numbers);
    return part;
  }
}
