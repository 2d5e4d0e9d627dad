package dev.sluice.inference.encoder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.network.Sequence;
import java.lang.foreign.MemorySegment;

/**
 * One logit for how relevant the second segment is to the first: similarities of their vectors,
 * weighted, and a linear layer on the vectors of their first tokens. All tokens of a segment take
 * part, special ones included.
 *
 * @param similarity fp32 {@code [3]}: the weights of the cosine of the means of the normalised
 *     vectors, of the mean over the first segment's tokens of the largest cosine to a token of the
 *     second (MaxSim; ColBERT, Khattab and Zaharia, 2020), and of the cosine of the first tokens
 * @param first fp32 {@code [2 * hidden]}: for the first token of the first segment, then that of
 *     the second
 * @param bias fp32 {@code [1]}
 */
record Relevance(int hidden, MemorySegment similarity, MemorySegment first, MemorySegment bias)
    implements Head {
  private static final String SIMILARITY = "relevance.similarity.weight";
  private static final String FIRST = "relevance.first.weight";
  private static final String BIAS = "relevance.bias";

  static Relevance read(WeightsFile file, int hidden) {
    if (!file.contains(SIMILARITY)) {
      throw new InvalidInputException(
          file.path() + " is no cross-encoder: it has no tensor \"" + SIMILARITY + "\".");
    }
    return new Relevance(
        hidden, file.vector(SIMILARITY, 3), file.vector(FIRST, 2 * hidden), file.vector(BIAS, 1));
  }

  @Override
  public boolean firstTokenOnly() {
    return false;
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public float[] apply(MemorySegment x, Sequence sequence) {
    int second = sequence.secondStart();
    if (second < 1 || second >= sequence.length()) {
      throw new InvalidInputException(
          "A model of relevance reads two segments, but a sequence of "
              + sequence.length()
              + " tokens has only one.");
    }
    float[] rows = x.asSlice(0, 4L * sequence.length() * hidden).toArray(JAVA_FLOAT);
    double logit = bias.getAtIndex(JAVA_FLOAT, 0) + linear(rows, 0, 0);
    logit += linear(rows, second, hidden);
    normalize(rows);
    logit += similarity.getAtIndex(JAVA_FLOAT, 0) * cosineOfMeans(rows, second);
    logit += similarity.getAtIndex(JAVA_FLOAT, 1) * maxSim(rows, second);
    logit += similarity.getAtIndex(JAVA_FLOAT, 2) * dot(rows, 0, rows, second * hidden);
    return new float[] {(float) logit};
  }

  private double linear(float[] rows, int token, int weights) {
    double sum = 0;
    for (int i = 0; i < hidden; i++) {
      sum += (double) rows[token * hidden + i] * first.getAtIndex(JAVA_FLOAT, weights + i);
    }
    return sum;
  }

  /** Makes each row's length 1; a row of zeros stays. */
  private void normalize(float[] rows) {
    for (int row = 0; row < rows.length; row += hidden) {
      double squares = dot(rows, row, rows, row);
      float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
      for (int i = row; i < row + hidden; i++) {
        rows[i] *= scale;
      }
    }
  }

  private double dot(float[] a, int fromA, float[] b, int fromB) {
    double sum = 0;
    for (int i = 0; i < hidden; i++) {
      sum += (double) a[fromA + i] * b[fromB + i];
    }
    return sum;
  }

  private double cosineOfMeans(float[] rows, int second) {
    float[] a = sum(rows, 0, second * hidden);
    float[] b = sum(rows, second * hidden, rows.length);
    double squares = dot(a, 0, a, 0) * dot(b, 0, b, 0);
    return squares > 0 ? dot(a, 0, b, 0) / Math.sqrt(squares) : 0;
  }

  private float[] sum(float[] rows, int from, int to) {
    float[] sum = new float[hidden];
    for (int row = from; row < to; row += hidden) {
      for (int i = 0; i < hidden; i++) {
        sum[i] += rows[row + i];
      }
    }
    return sum;
  }

  private double maxSim(float[] rows, int second) {
    int keys = rows.length / hidden - second;
    float[] transposed = transposed(rows, second, keys);
    double total = 0;
    for (int token = 0; token < second; token++) {
      float[] cosines = new float[keys];
      for (int i = 0; i < hidden; i++) {
        addProduct(rows[token * hidden + i], transposed, i * keys, cosines);
      }
      float highest = Float.NEGATIVE_INFINITY;
      for (float cosine : cosines) {
        highest = Math.max(highest, cosine);
      }
      total += highest;
    }
    return total / second;
  }

  /** {@code [hidden][keys]}, so that the inner loop runs over sums that lie side by side. */
  private float[] transposed(float[] rows, int second, int keys) {
    float[] transposed = new float[hidden * keys];
    for (int key = 0; key < keys; key++) {
      for (int i = 0; i < hidden; i++) {
        transposed[i * keys + key] = rows[(second + key) * hidden + i];
      }
    }
    return transposed;
  }

  private static void addProduct(float factor, float[] from, int at, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += factor * from[at + i];
    }
  }
}
