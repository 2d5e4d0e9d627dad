package dev.sluice.inference.weights;

/**
 * BERT's forward pass over one sequence in plain loops and double sums (Devlin and others, 2018),
 * with heads of 32 as small models have them.
 */
final class PlainBert {
  private static final int HEAD = 32;
  private static final double EPSILON = 1e-12;

  private final ModelWeights weights;
  private final int layers;
  private final int hidden;

  PlainBert(ModelWeights weights, int layers, int hidden) {
    this.weights = weights;
    this.layers = layers;
    this.hidden = hidden;
  }

  float[][] run(long[] ids) {
    float[] words = weights.floats("embeddings.word_embeddings.weight");
    float[] positions = weights.floats("embeddings.position_embeddings.weight");
    float[] types = weights.floats("embeddings.token_type_embeddings.weight");
    float[][] x = new float[ids.length][hidden];
    for (int token = 0; token < ids.length; token++) {
      for (int i = 0; i < hidden; i++) {
        x[token][i] =
            words[(int) ids[token] * hidden + i] + positions[token * hidden + i] + types[i];
      }
    }
    normalize(x, "embeddings.LayerNorm");
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "encoder.layer." + layer + ".";
      float[][] context = attention(x, prefix + "attention.self.");
      add(x, linear(context, prefix + "attention.output.dense"));
      normalize(x, prefix + "attention.output.LayerNorm");
      float[][] wide = linear(x, prefix + "intermediate.dense");
      gelu(wide);
      add(x, linear(wide, prefix + "output.dense"));
      normalize(x, prefix + "output.LayerNorm");
    }
    return x;
  }

  private float[][] linear(float[][] x, String name) {
    float[] weight = weights.floats(name + ".weight");
    float[] bias = weights.floats(name + ".bias");
    float[][] out = new float[x.length][bias.length];
    for (int token = 0; token < x.length; token++) {
      int inputs = x[token].length;
      for (int n = 0; n < bias.length; n++) {
        double sum = bias[n];
        for (int k = 0; k < inputs; k++) {
          sum += (double) x[token][k] * weight[n * inputs + k];
        }
        out[token][n] = (float) sum;
      }
    }
    return out;
  }

  private float[][] attention(float[][] x, String prefix) {
    float[][] queries = linear(x, prefix + "query");
    float[][] keys = linear(x, prefix + "key");
    float[][] values = linear(x, prefix + "value");
    float[][] out = new float[x.length][hidden];
    for (int first = 0; first < hidden; first += HEAD) {
      for (int token = 0; token < x.length; token++) {
        double[] shares = new double[x.length];
        double total = 0;
        for (int other = 0; other < x.length; other++) {
          double score = 0;
          for (int i = first; i < first + HEAD; i++) {
            score += (double) queries[token][i] * keys[other][i];
          }
          shares[other] = Math.exp(score / Math.sqrt(HEAD));
          total += shares[other];
        }
        for (int i = first; i < first + HEAD; i++) {
          double sum = 0;
          for (int other = 0; other < x.length; other++) {
            sum += shares[other] / total * values[other][i];
          }
          out[token][i] = (float) sum;
        }
      }
    }
    return out;
  }

  private void normalize(float[][] x, String name) {
    float[] gamma = weights.floats(name + ".weight", hidden);
    float[] beta = weights.floats(name + ".bias", hidden);
    for (float[] row : x) {
      double mean = 0;
      for (float value : row) {
        mean += value / hidden;
      }
      double variance = 0;
      for (float value : row) {
        variance += (value - mean) * (value - mean) / hidden;
      }
      for (int i = 0; i < hidden; i++) {
        row[i] = (float) ((row[i] - mean) / Math.sqrt(variance + EPSILON) * gamma[i] + beta[i]);
      }
    }
  }

  private static void add(float[][] x, float[][] more) {
    for (int token = 0; token < x.length; token++) {
      for (int i = 0; i < x[token].length; i++) {
        x[token][i] += more[token][i];
      }
    }
  }

  private static void gelu(float[][] x) {
    for (float[] row : x) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (row[i] * 0.5 * (1 + erf(row[i] / Math.sqrt(2))));
      }
    }
  }

  /** By the trapezoidal rule over the integral that defines it. */
  private static double erf(double x) {
    int steps = 200;
    double end = Math.max(-6, Math.min(6, x));
    double width = end / steps;
    double sum = (1 + Math.exp(-end * end)) / 2;
    for (int i = 1; i < steps; i++) {
      sum += Math.exp(-i * width * i * width);
    }
    return 2 / Math.sqrt(Math.PI) * sum * width;
  }
}
