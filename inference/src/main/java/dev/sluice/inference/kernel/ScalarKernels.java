package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.MemorySegment;

/**
 * The operations as their documentation puts them, one number after another: what all others are
 * held against, and what runs where nothing faster does. It needs no scratch memory.
 */
class ScalarKernels implements Kernels {
  private final Arithmetic arithmetic;

  ScalarKernels(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Arithmetic arithmetic() {
    return arithmetic;
  }

  @Override
  public long scratchBytes(EncoderShape shape, int tokens) {
    return 0;
  }

  @Override
  public void embed(
      EmbeddingTables tables,
      LayerNorm norm,
      MemorySegment ids,
      MemorySegment positions,
      MemorySegment types,
      int tokens,
      MemorySegment x,
      Activations out) {
    int hidden = tables.hidden();
    float[] row = new float[hidden];
    for (int token = 0; token < tokens; token++) {
      long word = ids.getAtIndex(JAVA_INT, token);
      long position = positions.getAtIndex(JAVA_INT, token);
      long type = types.getAtIndex(JAVA_INT, token);
      for (int i = 0; i < hidden; i++) {
        row[i] =
            value(tables.words(), word, i)
                + tables.positions().getAtIndex(JAVA_FLOAT, position * hidden + i)
                + tables.types().getAtIndex(JAVA_FLOAT, type * hidden + i);
      }
      normalize(row, norm);
      MemorySegment.copy(row, 0, x, JAVA_FLOAT, 4L * token * hidden, hidden);
      quantize(row, out, token);
    }
  }

  @Override
  public int multiply(
      Activations a, int rows, LinearWeights weights, MemorySegment out, MemorySegment scratch) {
    Product product = product(a, rows, weights);
    for (int m = 0; m < rows; m++) {
      long row = 4L * m * weights.outputs();
      MemorySegment.copy(product.values[m], 0, out, JAVA_FLOAT, row, weights.outputs());
    }
    return product.mismatches;
  }

  @Override
  public int multiplyGelu(
      Activations a, int rows, LinearWeights weights, Activations out, MemorySegment scratch) {
    Product product = product(a, rows, weights);
    for (int m = 0; m < rows; m++) {
      float[] row = product.values[m];
      for (int n = 0; n < row.length; n++) {
        row[n] = gelu(row[n]);
      }
      quantize(row, out, m);
    }
    return product.mismatches;
  }

  @Override
  public int multiplyNormalize(
      Activations a,
      int rows,
      LinearWeights weights,
      MemorySegment x,
      LayerNorm norm,
      Activations out,
      MemorySegment scratch) {
    Product product = product(a, rows, weights);
    int outputs = weights.outputs();
    for (int m = 0; m < rows; m++) {
      float[] row = product.values[m];
      for (int n = 0; n < outputs; n++) {
        row[n] += x.getAtIndex(JAVA_FLOAT, (long) m * outputs + n);
      }
      normalize(row, norm);
      MemorySegment.copy(row, 0, x, JAVA_FLOAT, 4L * m * outputs, outputs);
      quantize(row, out, m);
    }
    return product.mismatches;
  }

  @Override
  public void attention(
      MemorySegment qkv,
      MemorySegment offsets,
      int sequences,
      Segments segments,
      boolean firstQueryOnly,
      int heads,
      int headSize,
      Activations out,
      MemorySegment scratch) {
    float[] row = new float[heads * headSize];
    int written = 0;
    for (int s = 0; s < sequences; s++) {
      int first = offsets.getAtIndex(JAVA_INT, s);
      int last = offsets.getAtIndex(JAVA_INT, s + 1);
      int queries = firstQueryOnly ? Math.min(1, last - first) : last - first;
      for (int query = first; query < first + queries; query++) {
        for (int head = 0; head < heads; head++) {
          double[] biases = biases(segments, s, head, query - first, last - first);
          attend(new Head(qkv, heads, headSize, head), query, first, biases, row);
        }
        quantize(row, out, written++);
      }
    }
  }

  /** What is added to the score of each key of a sequence for one of its queries. */
  private static double[] biases(Segments segments, int sequence, int head, int query, int length) {
    double[] biases = new double[length];
    if (segments.haveBiases()) {
      int second = segments.starts().getAtIndex(JAVA_INT, sequence);
      for (int key = 0; key < length; key++) {
        if (key < second != query < second) {
          biases[key] = segments.biases().getAtIndex(JAVA_FLOAT, head);
        }
      }
    }
    return biases;
  }

  /** One head's queries, keys and values. */
  private record Head(MemorySegment qkv, int heads, int size, int head) {
    private float get(int part, int token, int i) {
      return qkv.getAtIndex(JAVA_FLOAT, ((3L * token + part) * heads + head) * size + i);
    }

    private float query(int token, int i) {
      return get(0, token, i);
    }

    private float key(int token, int i) {
      return get(1, token, i);
    }

    private float value(int token, int i) {
      return get(2, token, i);
    }
  }

  private static void attend(Head head, int query, int first, double[] biases, float[] row) {
    int last = first + biases.length;
    double[] weights = new double[biases.length];
    double highest = Double.NEGATIVE_INFINITY;
    for (int key = first; key < last; key++) {
      double dot = 0;
      for (int i = 0; i < head.size; i++) {
        dot += (double) head.query(query, i) * head.key(key, i);
      }
      weights[key - first] = dot / Math.sqrt(head.size) + biases[key - first];
      highest = Math.max(highest, weights[key - first]);
    }
    double total = 0;
    for (int key = 0; key < weights.length; key++) {
      weights[key] = Math.exp(weights[key] - highest);
      total += weights[key];
    }
    for (int i = 0; i < head.size; i++) {
      double sum = 0;
      for (int key = first; key < last; key++) {
        sum += weights[key - first] * head.value(key, i);
      }
      row[head.head * head.size + i] = (float) (sum / total);
    }
  }

  /** A value of a matrix as it was stored: row by row. */
  private static float value(Fp4Matrix matrix, long row, int column) {
    long index = row * matrix.columns() + column;
    int pair = matrix.codes().get(JAVA_BYTE, index / 2);
    int scale = matrix.scales().get(JAVA_BYTE, index / matrix.format().block()) & 255;
    int doubled = BlockScales.doubled(column % 2 == 0 ? pair : pair >> 4);
    return 0.5f * doubled * BlockScales.values(matrix.format())[scale] / matrix.globalScale();
  }

  /**
   * Rows of {@code a * weights + bias}, and how many outputs' checksums did not fit.
   *
   * @param values {@code [rows][outputs]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Product(float[][] values, int mismatches) {}

  private Product product(Activations a, int rows, LinearWeights weights) {
    return switch (arithmetic) {
      case FOLDED -> folded(a, rows, weights);
      case BLOCK -> new Product(byBlock(a, rows, weights), 0);
    };
  }

  private Product folded(Activations a, int rows, LinearWeights weights) {
    float[][] product = new float[rows][weights.outputs()];
    int[][] q = quantized(a, rows);
    int[] columnSums = columnSums(q, a.width());
    int mismatches = 0;
    for (int n = 0; n < weights.outputs(); n++) {
      int[] w8 = weights.folded(n);
      int sumOfRows = 0;
      for (int m = 0; m < rows; m++) {
        int sum = 0;
        for (int k = 0; k < a.width(); k++) {
          sum += q[m][k] * w8[k];
        }
        sum = accumulated(m, n, sum);
        sumOfRows += sum;
        sum -= a.zeros().getAtIndex(JAVA_INT, m) * weights.foldSums().getAtIndex(JAVA_INT, n);
        product[m][n] =
            a.scales().getAtIndex(JAVA_FLOAT, m)
                    * weights.foldScale().getAtIndex(JAVA_FLOAT, n)
                    * sum
                + weights.bias().getAtIndex(JAVA_FLOAT, n);
      }
      int expected = 0;
      for (int k = 0; k < a.width(); k++) {
        expected += columnSums[k] * w8[k];
      }
      mismatches += expected == sumOfRows ? 0 : 1;
    }
    return new Product(product, mismatches);
  }

  /** Where a test lets the machine compute wrongly: the sum that stands for {@code sum}. */
  int accumulated(int row, int output, int sum) {
    return sum;
  }

  private static int[] columnSums(int[][] q, int width) {
    int[] sums = new int[width];
    for (int[] row : q) {
      for (int k = 0; k < width; k++) {
        sums[k] += row[k];
      }
    }
    return sums;
  }

  private static float[][] byBlock(Activations a, int rows, LinearWeights weights) {
    int block = weights.format().block();
    int[][] q = quantized(a, rows);
    float[][] product = new float[rows][weights.outputs()];
    for (int n = 0; n < weights.outputs(); n++) {
      int[] codes = weights.doubledCodes(n);
      float[] scales = weights.scalesOf(n);
      for (int m = 0; m < rows; m++) {
        int zero = a.zeros().getAtIndex(JAVA_INT, m);
        float total = 0;
        for (int b = 0; b < scales.length; b++) {
          int sum = 0;
          for (int k = b * block; k < Math.min((b + 1) * block, a.width()); k++) {
            sum += q[m][k] * codes[k];
          }
          total += scales[b] * sum;
        }
        total -= zero * weights.blockSums().getAtIndex(JAVA_FLOAT, n);
        product[m][n] =
            a.scales().getAtIndex(JAVA_FLOAT, m)
                    * weights.blockScale().getAtIndex(JAVA_FLOAT, n)
                    * total
                + weights.bias().getAtIndex(JAVA_FLOAT, n);
      }
    }
    return product;
  }

  private static int[][] quantized(Activations a, int rows) {
    int[][] q = new int[rows][a.width()];
    for (int m = 0; m < rows; m++) {
      for (int k = 0; k < a.width(); k++) {
        q[m][k] = a.values().get(JAVA_BYTE, (long) m * a.stride() + k) & 255;
      }
    }
    return q;
  }

  private static float gelu(float x) {
    return (float) (0.5 * x * (1 + Erf.erf(x / Math.sqrt(2))));
  }

  private static void normalize(float[] row, LayerNorm norm) {
    double mean = 0;
    for (float x : row) {
      mean += x;
    }
    mean /= row.length;
    double variance = 0;
    for (float x : row) {
      variance += (x - mean) * (x - mean);
    }
    variance /= row.length;
    double deviation = Math.sqrt(variance + norm.epsilon());
    for (int i = 0; i < row.length; i++) {
      double standard = (row[i] - mean) / deviation;
      row[i] =
          (float)
              (standard * norm.gamma().getAtIndex(JAVA_FLOAT, i)
                  + norm.beta().getAtIndex(JAVA_FLOAT, i));
    }
  }

  /** Writes a row as {@link Activations} defines it, its padding too. */
  static void quantize(float[] row, Activations out, int m) {
    float low = 0;
    float high = 0;
    for (float x : row) {
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    float inverse = 255 / (high - low);
    boolean zeros = Float.isInfinite(inverse);
    float scale = zeros ? 0 : (high - low) / 255;
    int zero = zeros ? 0 : (int) Math.rint(-low / scale);
    out.scales().setAtIndex(JAVA_FLOAT, m, scale);
    out.zeros().setAtIndex(JAVA_INT, m, zero);
    for (int i = 0; i < out.stride(); i++) {
      int q = zeros || i >= row.length ? 0 : (int) Math.rint(row[i] * inverse) + zero;
      out.values().set(JAVA_BYTE, (long) m * out.stride() + i, (byte) Math.clamp(q, 0, 255));
    }
  }
}
