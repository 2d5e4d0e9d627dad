package dev.sluice.inference.quantize;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the inputs of linear layers that read the same: sums over the calibration
 * tokens, each with its weight.
 */
final class LayerInputs {
  private final int inputs;
  private final TokenSums products;
  private final double[] sum;
  private double weight;

  LayerInputs(int inputs) {
    this.inputs = inputs;
    this.products = new TokenSums(inputs, inputs);
    this.sum = new double[inputs];
  }

  /**
   * Adds batches of tokens.
   *
   * @param x per batch {@code [tokens][inputs]}
   * @param weights per batch the weight of each token
   */
  void add(List<float[]> x, List<float[]> weights, Workers workers) {
    TokenSums.Packed[] packed = new TokenSums.Packed[x.size()];
    workers.forEach(packed.length, i -> packed[i] = pack(x.get(i), weights.get(i), inputs));
    List<TokenSums.Packed> batches = List.of(packed);
    products.add(batches, batches, workers);
    for (int i = 0; i < x.size(); i++) {
      addSums(x.get(i), weights.get(i));
    }
  }

  private void addSums(float[] x, float[] weights) {
    for (int t = 0; t < weights.length; t++) {
      weight += weights[t];
      for (int k = 0; k < inputs; k++) {
        sum[k] += (double) weights[t] * x[t * inputs + k];
      }
    }
  }

  /** Rows times the roots of their weights; products of two such rows have the weight itself. */
  static TokenSums.Packed pack(float[] x, float[] weights, int width) {
    float[] scaled = new float[x.length];
    for (int t = 0; t < weights.length; t++) {
      float root = (float) Math.sqrt(weights[t]);
      for (int k = t * width; k < (t + 1) * width; k++) {
        scaled[k] = x[k] * root;
      }
    }
    return TokenSums.Packed.of(scaled, weights.length, width);
  }

  /** Sums of {@code x x^T}, {@code [inputs][inputs]}. */
  double[] products() {
    return products.sums();
  }

  /** Sums of {@code (x - mean) (x - mean)^T}: the products that count when biases follow suit. */
  double[] centredProducts() {
    double[] centred = products.sums().clone();
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++) {
        centred[i * inputs + j] -= sum[i] * sum[j] / weight;
      }
    }
    return centred;
  }

  double[] mean() {
    double[] mean = new double[inputs];
    for (int k = 0; k < inputs; k++) {
      mean[k] = sum[k] / weight;
    }
    return mean;
  }

  /** Numbers of an input. */
  int size() {
    return inputs;
  }

  /** The sum of the tokens' weights. */
  double weight() {
    return weight;
  }

  double[] sum() {
    return sum;
  }

  /** Sums of what a linear layer's output lacks, and of it times the inputs. */
  static final class Missing {
    private final int outputs;
    private final TokenSums products;
    private final double[] sum;

    Missing(int outputs, int inputs) {
      this.outputs = outputs;
      this.products = new TokenSums(outputs, inputs);
      this.sum = new double[outputs];
    }

    /**
     * Adds batches of tokens.
     *
     * @param missing per batch {@code [tokens][outputs]}
     * @param x per batch {@code [tokens][inputs]}
     */
    void add(
        List<float[]> missing,
        List<float[]> x,
        int inputs,
        List<float[]> weights,
        Workers workers) {
      TokenSums.Packed[] left = new TokenSums.Packed[x.size()];
      TokenSums.Packed[] right = new TokenSums.Packed[x.size()];
      workers.forEach(
          x.size(),
          i -> {
            left[i] = pack(missing.get(i), weights.get(i), outputs);
            right[i] = pack(x.get(i), weights.get(i), inputs);
          });
      products.add(List.of(left), new ArrayList<>(List.of(right)), workers);
      for (int i = 0; i < x.size(); i++) {
        float[] e = missing.get(i);
        float[] w = weights.get(i);
        for (int t = 0; t < w.length; t++) {
          for (int n = 0; n < outputs; n++) {
            sum[n] += (double) w[t] * e[t * outputs + n];
          }
        }
      }
    }

    /** Sums of {@code e x^T}, {@code [outputs][inputs]}. */
    double[] products() {
      return products.sums();
    }

    /** Sums of {@code (e - mean) (x - mean)^T}. */
    double[] centredProducts(LayerInputs inputs) {
      double[] centred = products.sums().clone();
      for (int n = 0; n < outputs; n++) {
        for (int k = 0; k < inputs.size(); k++) {
          centred[n * inputs.size() + k] -= sum[n] * inputs.sum()[k] / inputs.weight();
        }
      }
      return centred;
    }

    double[] sum() {
      return sum;
    }
  }
}
