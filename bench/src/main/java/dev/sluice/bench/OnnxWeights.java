package dev.sluice.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.sluice.error.DamagedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fp32 weights of an ONNX network that PyTorch exported. Field numbers are those of onnx.proto
 * (IR version 6). Matrices of linear layers have no name of their own there; they get the one that
 * the path of their MatMul node implies: {@code /encoder/layer.0/output/dense/MatMul} multiplies by
 * {@code encoder.layer.0.output.dense.weight}.
 */
final class OnnxWeights {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_NAME = 3;
  private static final int NODE_TYPE = 4;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int TYPE_FLOAT = 1;

  private final Path file;
  private final Map<String, float[]> tensors = new HashMap<>();
  private final List<MatMul> products = new ArrayList<>();

  private record MatMul(String node, String weights) {}

  private OnnxWeights(Path file) {
    this.file = file;
  }

  static OnnxWeights read(Path file) throws IOException {
    OnnxWeights weights = new OnnxWeights(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
      CodedInputStream model = CodedInputStream.newInstance(in);
      model.setSizeLimit(Integer.MAX_VALUE);
      weights.readModel(model);
    }
    for (MatMul product : weights.products) {
      float[] matrix = weights.tensors.get(product.weights());
      if (matrix != null) {
        int outputs = weights.get(layerName(product.node()) + ".bias").length;
        weights.tensors.put(layerName(product.node()) + ".weight", transposed(matrix, outputs));
      }
    }
    return weights;
  }

  private static String layerName(String node) {
    String path = node.substring(node.startsWith("/") ? 1 : 0, node.lastIndexOf('/'));
    return path.replace('/', '.');
  }

  private static float[] transposed(float[] matrix, int columns) {
    int rows = matrix.length / columns;
    float[] transposed = new float[matrix.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = matrix[row * columns + column];
      }
    }
    return transposed;
  }

  /** Numbers in row-major order; a linear layer's matrix has one row per output. */
  float[] get(String name) {
    float[] tensor = tensors.get(name);
    if (tensor == null) {
      throw new DamagedException(file + " has no weights " + name + ": it is another network.");
    }
    return tensor;
  }

  private void readModel(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == MODEL_GRAPH) {
        int limit = in.pushLimit(in.readRawVarint32());
        readGraph(in);
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
  }

  private void readGraph(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      if (field == GRAPH_NODE || field == GRAPH_INITIALIZER) {
        int limit = in.pushLimit(in.readRawVarint32());
        if (field == GRAPH_NODE) {
          readNode(in);
        } else {
          readTensor(in);
        }
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
  }

  private void readNode(CodedInputStream in) throws IOException {
    String name = "";
    String type = "";
    List<String> inputs = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case NODE_INPUT -> inputs.add(in.readString());
        case NODE_NAME -> name = in.readString();
        case NODE_TYPE -> type = in.readString();
        default -> in.skipField(tag);
      }
    }
    if (type.equals("MatMul")) {
      products.add(new MatMul(name, inputs.get(1)));
    }
  }

  private void readTensor(CodedInputStream in) throws IOException {
    String name = "";
    int type = 0;
    byte[] raw = {};
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TENSOR_TYPE -> type = in.readInt32();
        case TENSOR_NAME -> name = in.readString();
        case TENSOR_RAW -> raw = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    if (type == TYPE_FLOAT) {
      FloatBuffer values = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      float[] numbers = new float[values.remaining()];
      values.get(numbers);
      tensors.put(name, numbers);
    }
  }
}
