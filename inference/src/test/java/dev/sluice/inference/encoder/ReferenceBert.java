package dev.sluice.inference.encoder;

import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.network.Sequence;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * BERT (Devlin et al., 2019) in double precision, step by step as transformers' BertModel, to hold
 * {@link Encoder} against. FP4 weights are read as the numbers that they stand for.
 */
final class ReferenceBert implements AutoCloseable {
  private final SafetensorsFile file;
  private final EncoderConfig config;
  private final EncoderShape shape;

  private ReferenceBert(SafetensorsFile file, EncoderConfig config) {
    this.file = file;
    this.config = config;
    this.shape = config.shape();
  }

  static ReferenceBert open(Path folder) {
    return new ReferenceBert(
        SafetensorsFile.open(folder.resolve("model.safetensors")),
        EncoderConfigFile.read(folder.resolve("config.json")));
  }

  /** The vectors of all tokens behind the last layer. */
  double[][] run(Sequence sequence) {
    double[][] x = new double[sequence.length()][];
    double[][] words = matrix("embeddings.word_embeddings", shape.vocabulary());
    double[][] positions = matrix("embeddings.position_embeddings", shape.positions());
    double[][] types = matrix("embeddings.token_type_embeddings", shape.types());
    for (int i = 0; i < x.length; i++) {
      int position = i < second(sequence) ? i : i - second(sequence);
      x[i] = sum(sum(words[sequence.ids()[i]], positions[position]), types[sequence.type(i)]);
    }
    x = norm("embeddings.LayerNorm", x);
    for (int i = 0; i < shape.layers(); i++) {
      x = layer("encoder.layer." + i + ".", x, biases(i, sequence));
    }
    return x;
  }

  private int second(Sequence sequence) {
    return config.segmentLayers().isPresent() ? sequence.secondStart() : sequence.length();
  }

  /** What is added to the score of each query and key, for each head. */
  private double[][][] biases(int layer, Sequence sequence) {
    double[] across = new double[shape.heads()];
    if (config.withinSegments(layer)) {
      Arrays.fill(across, Double.NEGATIVE_INFINITY);
    } else if (config.acrossSegments(layer)) {
      across = vector("encoder.layer." + layer + ".attention.segment_bias");
    }
    double[][][] biases = new double[shape.heads()][sequence.length()][sequence.length()];
    for (int head = 0; head < shape.heads(); head++) {
      for (int i = 0; i < sequence.length(); i++) {
        for (int j = 0; j < sequence.length(); j++) {
          boolean same = i < second(sequence) == j < second(sequence);
          biases[head][i][j] = same ? 0 : across[head];
        }
      }
    }
    return biases;
  }

  private double[][] layer(String name, double[][] x, double[][][] biases) {
    double[][] attended =
        attention(
            linear(name + "attention.self.query", x),
            linear(name + "attention.self.key", x),
            linear(name + "attention.self.value", x),
            biases);
    double[][] half =
        norm(
            name + "attention.output.LayerNorm",
            sum(x, linear(name + "attention.output.dense", attended)));
    double[][] inner = linear(name + "intermediate.dense", half);
    for (double[] row : inner) {
      for (int i = 0; i < row.length; i++) {
        row[i] = gelu(row[i]);
      }
    }
    return norm(name + "output.LayerNorm", sum(half, linear(name + "output.dense", inner)));
  }

  private double[][] attention(
      double[][] queries, double[][] keys, double[][] values, double[][][] biases) {
    double[][] out = new double[queries.length][shape.hidden()];
    for (int head = 0; head < shape.heads(); head++) {
      int from = head * shape.headSize();
      for (int i = 0; i < queries.length; i++) {
        double[] weights = new double[keys.length];
        double total = 0;
        for (int j = 0; j < keys.length; j++) {
          double dot = 0;
          for (int d = from; d < from + shape.headSize(); d++) {
            dot += queries[i][d] * keys[j][d];
          }
          weights[j] = Math.exp(dot / Math.sqrt(shape.headSize()) + biases[head][i][j]);
          total += weights[j];
        }
        for (int j = 0; j < keys.length; j++) {
          for (int d = from; d < from + shape.headSize(); d++) {
            out[i][d] += weights[j] / total * values[j][d];
          }
        }
      }
    }
    return out;
  }

  /** A linear layer of the file. */
  double[][] linear(String name, double[][] x) {
    double[] bias = vector(name + ".bias");
    double[][] weights = matrix(name, bias.length);
    double[][] out = new double[x.length][bias.length];
    for (int i = 0; i < x.length; i++) {
      for (int output = 0; output < bias.length; output++) {
        double sum = bias[output];
        for (int input = 0; input < x[i].length; input++) {
          sum += weights[output][input] * x[i][input];
        }
        out[i][output] = sum;
      }
    }
    return out;
  }

  private double[][] norm(String name, double[][] x) {
    double[] gamma = vector(name + ".weight");
    double[] beta = vector(name + ".bias");
    double[][] out = new double[x.length][shape.hidden()];
    for (int i = 0; i < x.length; i++) {
      double mean = 0;
      for (double value : x[i]) {
        mean += value / x[i].length;
      }
      double variance = 0;
      for (double value : x[i]) {
        variance += (value - mean) * (value - mean) / x[i].length;
      }
      for (int d = 0; d < x[i].length; d++) {
        out[i][d] = (x[i][d] - mean) / Math.sqrt(variance + shape.epsilon()) * gamma[d] + beta[d];
      }
    }
    return out;
  }

  /** {@code x * P(normal variable < x)}; the integral of the density by Simpson's rule. */
  private static double gelu(double x) {
    int steps = 200;
    double step = x / steps;
    double integral = 0;
    for (int i = 0; i <= steps; i++) {
      double factor = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
      integral += factor * Math.exp(-0.5 * i * step * i * step);
    }
    return x * (0.5 + integral * step / 3 / Math.sqrt(2 * Math.PI));
  }

  double[] vector(String name) {
    return doubles(file.tensor(found(name)).toFloats());
  }

  private double[][] matrix(String name, int rows) {
    double[][] matrix = new double[rows][];
    if (Fp4Tensors.contains(file, found(name))) {
      for (int row = 0; row < rows; row++) {
        matrix[row] = doubles(Fp4Tensors.read(file, found(name)).row(row));
      }
      return matrix;
    }
    double[] all = vector(name + ".weight");
    int columns = all.length / rows;
    for (int row = 0; row < rows; row++) {
      matrix[row] = Arrays.copyOfRange(all, row * columns, (row + 1) * columns);
    }
    return matrix;
  }

  private String found(String name) {
    return file.names().stream().anyMatch(n -> n.startsWith("bert." + name))
        ? "bert." + name
        : name;
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < b.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      sum[i] = sum(a[i], b[i]);
    }
    return sum;
  }

  @Override
  public void close() {
    file.close();
  }
}
