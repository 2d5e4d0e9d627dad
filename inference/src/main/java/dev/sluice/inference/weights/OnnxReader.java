package dev.sluice.inference.weights;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads nodes and floating-point initializers of an ONNX file: the messages {@code ModelProto},
 * {@code GraphProto}, {@code NodeProto} and {@code TensorProto} of onnx.proto3 in the ONNX
 * specification 1.16, as far as they hold those. The file is read once, front to back.
 */
final class OnnxReader {
  /** Numbers of {@code TensorProto.DataType}. */
  private static final int FLOAT = 1;

  private static final int UINT8 = 2;
  private static final int INT8 = 3;
  private static final int FLOAT16 = 10;

  private static final Set<String> QUANTISED =
      Set.of(
          "MatMulInteger",
          "DynamicQuantizeLinear",
          "QuantizeLinear",
          "DequantizeLinear",
          "QLinearMatMul",
          "DynamicQuantizeMatMul",
          "MatMulIntegerToFloat",
          "QAttention",
          "MatMulNBits");

  private final Path file;
  private final CodedInputStream in;
  private final List<OnnxGraph.Node> nodes = new ArrayList<>();
  private final Map<String, Weight> constants = new LinkedHashMap<>();

  private OnnxReader(Path file, InputStream bytes) {
    this.file = file;
    this.in = CodedInputStream.newInstance(bytes);
  }

  /**
   * @throws DamagedException if the file is no ONNX network or is cut off
   * @throws InvalidInputException if it is quantised or keeps its numbers in other files
   */
  static OnnxGraph read(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      OnnxReader reader = new OnnxReader(file, bytes);
      reader.model();
      return new OnnxGraph(reader.nodes, reader.constants);
    } catch (InvalidProtocolBufferException e) {
      throw new DamagedException(
          file + " is no whole ONNX file: " + e.getMessage() + " Fetch or export it again.", e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  /** What to do with a field, by its number. */
  private interface Field {
    /** Returns whether it read the field, which else is skipped. */
    boolean read(int number) throws IOException;
  }

  /** Reads to the end of the present message. */
  private void fields(Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(WireFormat.getTagFieldNumber(tag)) && !in.skipField(tag)) {
        throw damaged("has an end of a group that did not begin");
      }
    }
  }

  private void message(Field field) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    fields(field);
    if (in.getBytesUntilLimit() > 0) {
      throw damaged("is cut off");
    }
    in.popLimit(outer);
  }

  private String text() throws IOException {
    return new String(in.readByteArray(), UTF_8);
  }

  private void model() throws IOException {
    boolean[] found = {false};
    fields(
        number -> {
          if (number != 7) {
            return false;
          }
          found[0] = true;
          message(this::graphField);
          return true;
        });
    if (!found[0]) {
      throw damaged("has no graph");
    }
  }

  private boolean graphField(int number) throws IOException {
    switch (number) {
      case 1 -> node();
      case 5 -> tensor();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void node() throws IOException {
    List<String> inputs = new ArrayList<>();
    String[] names = {"", ""};
    message(
        number -> {
          switch (number) {
            case 1 -> inputs.add(text());
            case 3 -> names[0] = text();
            case 4 -> names[1] = text();
            default -> {
              return false;
            }
          }
          return true;
        });
    if (QUANTISED.contains(names[1])) {
      throw quantised("node \"%s\" is a %s".formatted(names[0], names[1]));
    }
    nodes.add(new OnnxGraph.Node(names[0], names[1], List.copyOf(inputs)));
  }

  private void tensor() throws IOException {
    OnnxTensorFields tensor = new OnnxTensorFields();
    message(number -> tensor.read(number, in));
    String name = tensor.name();
    if (tensor.external()) {
      throw new InvalidInputException(
          "%s keeps tensor \"%s\" in another file (external data), which is not read. Export the model into one file."
              .formatted(file, name));
    }
    switch (tensor.type()) {
      case FLOAT, FLOAT16 -> {
        if (constants.put(name, weight(tensor)) != null) {
          throw damaged("has the tensor \"" + name + "\" twice");
        }
      }
      case UINT8, INT8 -> throw quantised("tensor \"" + name + "\" is of 8-bit integers");
      default -> {
        // Positions, shapes and indices: what a network computes with beside its weights.
      }
    }
  }

  private Weight weight(OnnxTensorFields tensor) {
    List<Integer> shape = new ArrayList<>();
    long size = 1;
    for (long dimension : tensor.dimensions()) {
      // Both factors are below 2^31, so that their product fits.
      size = dimension < 0 || dimension > Integer.MAX_VALUE ? -1 : size * dimension;
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw damaged(
            "has the tensor \"%s\" of shape %s".formatted(tensor.name(), tensor.dimensions()));
      }
      shape.add((int) dimension);
    }
    float[] values = values(tensor);
    if (values.length != size) {
      throw damaged(
          "has the tensor \"%s\" of shape %s with %d numbers"
              .formatted(tensor.name(), shape, values.length));
    }
    return new Weight(shape, values);
  }

  private float[] values(OnnxTensorFields tensor) {
    ByteBuffer raw = ByteBuffer.wrap(tensor.raw()).order(ByteOrder.LITTLE_ENDIAN);
    if (tensor.type() == FLOAT16) {
      float[] values = new float[raw.remaining() / Short.BYTES];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.float16ToFloat(raw.getShort());
      }
      return values;
    }
    if (tensor.floats().length > 0) {
      return tensor.floats();
    }
    float[] values = new float[raw.remaining() / Float.BYTES];
    raw.asFloatBuffer().get(values);
    return values;
  }

  private InvalidInputException quantised(String what) {
    return new InvalidInputException(
        "%s is quantised (%s), but fp32 weights are needed. Give the model before quantisation, usually model.onnx or model.safetensors."
            .formatted(file, what));
  }

  private DamagedException damaged(String what) {
    return new DamagedException(
        "%s is no whole ONNX file: it %s. Fetch or export it again.".formatted(file, what));
  }
}
