package dev.sluice.inference.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The fields of a {@code TensorProto}, in whatever order they come. */
final class OnnxTensorFields {
  private final List<Long> dimensions = new ArrayList<>();
  private int type;
  private String name = "";
  private byte[] raw = {};
  private float[] floats = {};
  private int floatCount;
  private boolean external;

  /**
   * Reads a field's value.
   *
   * @return whether the field is one of those kept; if not, nothing was read
   */
  boolean read(int number, CodedInputStream in) throws IOException {
    boolean packed = in.getLastTag() % 8 == 2;
    switch (number) {
      case 1 -> each(in, packed, () -> dimensions.add(in.readInt64()));
      case 2 -> type = in.readInt32();
      case 4 -> each(in, packed, () -> add(in.readFloat()));
      case 8 -> name = new String(in.readByteArray(), UTF_8);
      case 9 -> raw = in.readByteArray();
      case 14 -> external = in.readInt32() == 1;
      default -> {
        return false;
      }
    }
    return true;
  }

  private interface Element {
    void read() throws IOException;
  }

  /** Repeated numbers come one by one or, since proto3, packed behind their length in bytes. */
  private static void each(CodedInputStream in, boolean packed, Element element)
      throws IOException {
    if (!packed) {
      element.read();
      return;
    }
    int outer = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      element.read();
    }
    in.popLimit(outer);
  }

  private void add(float value) {
    if (floatCount == floats.length) {
      floats = Arrays.copyOf(floats, Math.max(16, 2 * floatCount));
    }
    floats[floatCount++] = value;
  }

  List<Long> dimensions() {
    return dimensions;
  }

  /** By {@code TensorProto.DataType}; 0 if it was not given. */
  int type() {
    return type;
  }

  String name() {
    return name;
  }

  /** Of {@code raw_data}. */
  byte[] raw() {
    return raw;
  }

  /** Of {@code float_data}. */
  float[] floats() {
    return Arrays.copyOf(floats, floatCount);
  }

  /** Whether the numbers are in another file. */
  boolean external() {
    return external;
  }
}
