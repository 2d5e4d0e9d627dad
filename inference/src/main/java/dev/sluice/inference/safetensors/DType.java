package dev.sluice.inference.safetensors;

import java.util.Optional;

/** Types of a tensor's elements, by the names that stand in the file. All are little-endian. */
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  /** The upper 16 bits of an fp32 number. */
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  /** E4M3 without infinities; see {@link dev.sluice.inference.fp4.E4M3}. */
  F8_E4M3(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }

  static Optional<DType> named(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
