package dev.sluice.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an ONNX network. Field numbers are those of onnx.proto (IR version 6); operators are those
 * of ONNX opset 11 and ONNX Runtime's own domain {@code com.microsoft}.
 */
final class OnnxGraph {
  /** Element types as onnx.proto numbers them. */
  enum Type {
    FLOAT(1),
    INT8(3),
    INT32(6),
    INT64(7);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /** An axis whose length the input decides. */
  static final String BATCH = "batch_size";

  static final String LENGTH = "sequence_length";

  private final List<ByteString> nodes = new ArrayList<>();
  private final List<ByteString> tensors = new ArrayList<>();
  private final List<ByteString> inputs = new ArrayList<>();
  private final List<ByteString> outputs = new ArrayList<>();

  /** Fields of one message. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static ByteString message(Fields fields) {
    try {
      ByteString.Output bytes = ByteString.newOutput();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      fields.write(out);
      out.flush();
      return bytes.toByteString();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  /** One attribute of a node. */
  static ByteString attribute(String name, float value) {
    return message(
        out -> {
          out.writeString(1, name);
          out.writeFloat(2, value);
          out.writeEnum(20, 1);
        });
  }

  static ByteString attribute(String name, long value) {
    return message(
        out -> {
          out.writeString(1, name);
          out.writeInt64(3, value);
          out.writeEnum(20, 2);
        });
  }

  /** A cast, the only operator that takes a type. */
  String cast(String input, Type to) {
    String output = input + "_as_" + to;
    node("", "Cast", List.of(input), List.of(output), attribute("to", to.number));
    return output;
  }

  void node(
      String domain,
      String type,
      List<String> inputNames,
      List<String> outputNames,
      ByteString... attributes) {
    nodes.add(
        message(
            out -> {
              for (String input : inputNames) {
                out.writeString(1, input);
              }
              for (String output : outputNames) {
                out.writeString(2, output);
              }
              out.writeString(3, "node_" + nodes.size());
              out.writeString(4, type);
              for (ByteString attribute : attributes) {
                out.writeBytes(5, attribute);
              }
              out.writeString(7, domain);
            }));
  }

  /** Adds fp32 weights and returns their name. */
  String tensor(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return tensor(name, Type.FLOAT, bytes.array(), shape);
  }

  /** Adds int8 weights and returns their name. */
  String tensor(String name, byte[] values, long... shape) {
    return tensor(name, Type.INT8, values, shape);
  }

  private String tensor(String name, Type type, byte[] raw, long... shape) {
    tensors.add(
        message(
            out -> {
              for (long length : shape) {
                out.writeInt64(1, length);
              }
              out.writeInt32(2, type.number);
              out.writeString(8, name);
              out.writeByteArray(9, raw);
            }));
    return name;
  }

  void input(String name, Type type, String... axes) {
    inputs.add(value(name, type, List.of(axes), 0));
  }

  /** An output whose last axis has a fixed length. */
  void output(String name, Type type, int width, String... axes) {
    outputs.add(value(name, type, List.of(axes), width));
  }

  private static ByteString value(String name, Type type, List<String> axes, int width) {
    ByteString shape =
        message(
            out -> {
              for (String axis : axes) {
                out.writeBytes(1, message(dimension -> dimension.writeString(2, axis)));
              }
              if (width > 0) {
                out.writeBytes(1, message(dimension -> dimension.writeInt64(1, width)));
              }
            });
    ByteString tensor =
        message(
            out -> {
              out.writeEnum(1, type.number);
              out.writeBytes(2, shape);
            });
    return message(
        out -> {
          out.writeString(1, name);
          out.writeBytes(2, message(kind -> kind.writeBytes(1, tensor)));
        });
  }

  void write(Path file) throws IOException {
    ByteString graph =
        message(
            out -> {
              writeAll(out, 1, nodes);
              out.writeString(2, "encoder");
              writeAll(out, 5, tensors);
              writeAll(out, 11, inputs);
              writeAll(out, 12, outputs);
            });
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream);
      out.writeInt64(1, 6);
      out.writeBytes(7, graph);
      out.writeBytes(8, operators("", 11));
      out.writeBytes(8, operators("com.microsoft", 1));
      out.flush();
    }
  }

  private static void writeAll(CodedOutputStream out, int field, List<ByteString> messages)
      throws IOException {
    for (ByteString message : messages) {
      out.writeBytes(field, message);
    }
  }

  private static ByteString operators(String domain, long version) {
    return message(
        out -> {
          out.writeString(1, domain);
          out.writeInt64(2, version);
        });
  }
}
