package dev.sluice.index.vector;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.sluice.error.InvalidInputException;
import java.lang.foreign.MemorySegment;

/**
 * How many bits a segment file spends on a component of a vector. In memory, codes are always
 * bytes.
 */
public enum CodeWidth {
  /** A signed byte in [-127, 127]. */
  BYTE(8, 127) {
    @Override
    int bytes(int dimensions) {
      return dimensions;
    }

    @Override
    byte[] pack(byte[] codes) {
      return codes;
    }

    @Override
    int code(MemorySegment file, long offset, int i) {
      return file.get(JAVA_BYTE, offset + i);
    }
  },

  /**
   * Four bits: a code in [-7, 7] plus 8. Of every {@value #BLOCK} codes, byte {@code j} has code
   * {@code j} in its lower half and code {@code j + 32} in its upper half, so that vector
   * instructions of any width take them apart in order; the last block is filled up with zeros.
   */
  NIBBLE(4, 7) {
    @Override
    int bytes(int dimensions) {
      return Math.ceilDiv(dimensions, BLOCK) * HALF;
    }

    @Override
    byte[] pack(byte[] codes) {
      byte[] packed = new byte[bytes(codes.length)];
      for (int i = 0; i < 2 * packed.length; i++) {
        int code = i < codes.length ? codes[i] : 0;
        packed[at(i)] |= (byte) ((code + ZERO) << shift(i));
      }
      return packed;
    }

    @Override
    int code(MemorySegment file, long offset, int i) {
      return (file.get(JAVA_BYTE, offset + at(i)) >> shift(i) & 0xF) - ZERO;
    }
  };

  /** Codes of a block of nibbles. */
  static final int BLOCK = 64;

  /** Bytes of a block of nibbles. */
  static final int HALF = BLOCK / 2;

  /** What stands for 0 in a nibble. */
  static final int ZERO = 8;

  private final int bits;
  private final int maxCode;

  CodeWidth(int bits, int maxCode) {
    this.bits = bits;
    this.maxCode = maxCode;
  }

  /**
   * @throws InvalidInputException when it is neither 4 nor 8
   */
  public static CodeWidth ofBits(int bits) {
    for (CodeWidth width : values()) {
      if (width.bits == bits) {
        return width;
      }
    }
    throw new InvalidInputException("vector bits: expected 4 or 8, got " + bits);
  }

  public int bits() {
    return bits;
  }

  /** The greatest code; the least is its negative. */
  int maxCode() {
    return maxCode;
  }

  /** The bytes of a vector's codes in a file. */
  abstract int bytes(int dimensions);

  /** Codes as a file has them; not always a copy. */
  abstract byte[] pack(byte[] codes);

  /** The {@code i}-th of the codes from {@code offset}. */
  abstract int code(MemorySegment file, long offset, int i);

  /** The byte of a nibble, from that of the first on. */
  static int at(int i) {
    return i / BLOCK * HALF + i % HALF;
  }

  private static int shift(int i) {
    return i % BLOCK < HALF ? 0 : 4;
  }
}
