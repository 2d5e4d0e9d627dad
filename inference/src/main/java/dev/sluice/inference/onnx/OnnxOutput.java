package dev.sluice.inference.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The output of a network that is read.
 *
 * @param declared its shape, with -1 where that depends on the input or the exporter did not say
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record OnnxOutput(Path file, String name, Output kind, long[] declared) {

  /** The output with the usual name if the network has it, else its first. */
  static OnnxOutput of(Path file, Output kind, OrtSession session) throws OrtException {
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    String usual = kind == Output.LOGITS ? "logits" : "last_hidden_state";
    String name = outputs.containsKey(usual) ? usual : outputs.keySet().iterator().next();
    OnnxOutput output = new OnnxOutput(file, name, kind, shape(file, outputs.get(name)));
    output.check(output.declared);
    return output;
  }

  private static long[] shape(Path file, NodeInfo output) {
    if (output.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
      return tensor.getShape();
    }
    throw new InvalidInputException(
        file
            + ": output "
            + output.getName()
            + " must be a tensor of float32, but is "
            + output.getInfo());
  }

  private void check(long[] shape) {
    if (kind == Output.LOGITS && (shape.length != 2 || shape[1] > 2)) {
      throw new InvalidInputException(
          file
              + " is no cross-encoder: its output must be logits of shape (pairs, 1) or (pairs, 2),"
              + " but is of shape "
              + Arrays.toString(shape)
              + ".");
    }
    if (shape.length != 2 && shape.length != 3) {
      throw new InvalidInputException(
          file
              + " must give vectors of shape (batch, tokens, dimensions) or (batch, dimensions),"
              + " but its output has "
              + shape.length
              + " axes.");
    }
  }

  OptionalInt width() {
    long last = declared[declared.length - 1];
    return last > 0 ? OptionalInt.of(Math.toIntExact(last)) : OptionalInt.empty();
  }

  /** What the output says about each sequence of a batch, whose shorter ones were padded. */
  float[][] read(FloatBuffer values, long[] shape, List<Sequence> batch) {
    check(shape);
    int width = Math.toIntExact(shape[shape.length - 1]);
    int rowsOfEach = shape.length == 2 ? 1 : Math.toIntExact(shape[1]);
    float[][] answers = new float[batch.size()][width];
    for (int i = 0; i < answers.length; i++) {
      int start = i * rowsOfEach * width;
      if (shape.length == 3 && kind == Output.MEAN_VECTOR) {
        mean(values, start, batch.get(i).length(), answers[i]);
      } else {
        values.get(start, answers[i]);
      }
    }
    return answers;
  }

  private static void mean(FloatBuffer values, int start, int tokens, float[] sum) {
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += values.get(start + token * sum.length + i) / tokens;
      }
    }
  }
}
