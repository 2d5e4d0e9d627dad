package dev.sluice.inference.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** ONNX files made field by field, by the numbers of onnx.proto3 in the ONNX specification. */
final class OnnxBytes {
  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What a tensor says before its numbers. */
  private static void head(CodedOutputStream out, String name, int type, int... shape)
      throws IOException {
    for (int dimension : shape) {
      out.writeInt64(1, dimension);
    }
    out.writeInt32(2, type);
    out.writeByteArray(8, name.getBytes(UTF_8));
  }

  private OnnxBytes initializer(Fields fields) {
    graph.writeBytes(message(out -> out.writeByteArray(5, message(fields))));
    return this;
  }

  /** A float tensor with {@code raw_data}. */
  OnnxBytes raw(String name, float[] values, int... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return typed(name, 1, raw.array(), shape);
  }

  /** A tensor of any type with {@code raw_data}. */
  OnnxBytes typed(String name, int type, byte[] raw, int... shape) {
    return initializer(
        out -> {
          head(out, name, type, shape);
          out.writeByteArray(9, raw);
        });
  }

  /** A float tensor with packed {@code dims} and {@code float_data}. */
  OnnxBytes packed(String name, float[] values, int... shape) {
    return initializer(
        out -> {
          out.writeByteArray(
              1,
              message(
                  dimensions -> {
                    for (int dimension : shape) {
                      dimensions.writeInt64NoTag(dimension);
                    }
                  }));
          head(out, name, 1);
          out.writeByteArray(
              4,
              message(
                  numbers -> {
                    for (float value : values) {
                      numbers.writeFloatNoTag(value);
                    }
                  }));
        });
  }

  /** A float tensor with {@code float_data}, each number behind a tag. */
  OnnxBytes unpacked(String name, float[] values, int... shape) {
    return initializer(
        out -> {
          head(out, name, 1, shape);
          for (float value : values) {
            out.writeFloat(4, value);
          }
        });
  }

  /** A float tensor in another file. */
  OnnxBytes external(String name, int... shape) {
    return initializer(
        out -> {
          head(out, name, 1, shape);
          out.writeEnum(14, 1);
        });
  }

  OnnxBytes node(String name, String operator, String... inputs) {
    byte[] node =
        message(
            out -> {
              for (String input : inputs) {
                out.writeString(1, input);
              }
              out.writeString(2, name + "_output_0");
              out.writeString(3, name);
              out.writeString(4, operator);
            });
    graph.writeBytes(message(out -> out.writeByteArray(1, node)));
    return this;
  }

  byte[] model() {
    return message(
        out -> {
          out.writeInt64(1, 8);
          out.writeString(2, "test");
          out.writeByteArray(7, graph.toByteArray());
          out.writeByteArray(8, message(opset -> opset.writeInt64(2, 17)));
        });
  }

  /** 0, 1, 2 and so on. */
  static float[] counting(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }
}
