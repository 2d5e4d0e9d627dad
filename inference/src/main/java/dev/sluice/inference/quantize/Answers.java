package dev.sluice.inference.quantize;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.weights.ModelWeights;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a model makes of the vectors of a sequence's tokens: an embedder a vector, a cross-encoder a
 * score, a reader logits. The heads stay in fp32.
 */
final class Answers {
  private static final String POOLER = "pooler.dense";

  private final ModelPack.Kind kind;
  private final ModelPack.Pooling pooling;
  private final int hidden;
  private final Optional<Dense> pooler;
  private final Optional<Dense> head;

  private Answers(
      ModelPack.Kind kind,
      ModelPack.Pooling pooling,
      int hidden,
      Optional<Dense> pooler,
      Optional<Dense> head) {
    this.kind = kind;
    this.pooling = pooling;
    this.hidden = hidden;
    this.pooler = pooler;
    this.head = head;
  }

  /** A small linear layer; {@code weights} is {@code [outputs][hidden]}. */
  @SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
  private record Dense(float[] weights, float[] bias) {
    static Optional<Dense> read(ModelWeights weights, String name) {
      return weights.contains(name + ".weight")
          ? Optional.of(new Dense(weights.floats(name + ".weight"), weights.floats(name + ".bias")))
          : Optional.empty();
    }

    float[] apply(float[] x) {
      float[] out = bias.clone();
      for (int n = 0; n < out.length; n++) {
        double sum = 0;
        for (int k = 0; k < x.length; k++) {
          sum += (double) x[k] * weights[n * x.length + k];
        }
        out[n] += (float) sum;
      }
      return out;
    }
  }

  /**
   * The head of a kind of model.
   *
   * @throws InvalidInputException if the weights lack it
   */
  static Answers of(ModelPack pack, ModelPack.Kind kind, int hidden, ModelWeights weights) {
    Optional<Dense> head =
        switch (kind) {
          case EMBEDDER -> Optional.empty();
          case CROSS_ENCODER -> Optional.of(require(weights, "classifier", kind));
          case READER -> Optional.of(require(weights, "qa_outputs", kind));
        };
    return new Answers(
        kind,
        pack.pooling(),
        hidden,
        kind == ModelPack.Kind.CROSS_ENCODER ? Dense.read(weights, POOLER) : Optional.empty(),
        head);
  }

  private static Dense require(ModelWeights weights, String name, ModelPack.Kind kind) {
    return Dense.read(weights, name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    weights.file()
                        + " has no tensor \""
                        + name
                        + ".weight\", which a "
                        + kind
                        + " needs. Name another kind, or give weights with that head."));
  }

  /** Whether the vector of the first token alone counts. */
  boolean firstTokenOnly() {
    return switch (kind) {
      case EMBEDDER -> pooling == ModelPack.Pooling.CLS;
      case CROSS_ENCODER -> true;
      case READER -> false;
    };
  }

  /**
   * The answer for a sequence, as {@link dev.sluice.inference.GoldenFile} has it.
   *
   * @param x {@code [tokens][hidden]}
   * @param passageFrom the first token of the passage, for a reader
   * @param passageTokens how many follow that belong to it
   */
  float[] of(float[] x, int passageFrom, int passageTokens) {
    return switch (kind) {
      case EMBEDDER -> unit(pooling == ModelPack.Pooling.CLS ? row(x, 0) : sum(x));
      case CROSS_ENCODER -> new float[] {score(row(x, 0))};
      case READER -> spans(x, passageFrom, passageTokens);
    };
  }

  private float[] row(float[] x, int token) {
    return Arrays.copyOfRange(x, token * hidden, (token + 1) * hidden);
  }

  private float[] sum(float[] x) {
    float[] sum = new float[hidden];
    for (int i = 0; i < x.length; i++) {
      sum[i % hidden] += x[i];
    }
    return sum;
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
    return vector;
  }

  private float score(float[] first) {
    float[] pooled = pooler.map(layer -> layer.apply(first)).orElse(first);
    if (pooler.isPresent()) {
      for (int i = 0; i < pooled.length; i++) {
        pooled[i] = (float) Math.tanh(pooled[i]);
      }
    }
    float[] logits = head.orElseThrow().apply(pooled);
    return logits.length == 2 ? logits[1] - logits[0] : logits[0];
  }

  private float[] spans(float[] x, int from, int tokens) {
    float[] numbers = new float[2 * tokens + 1];
    for (int t = 0; t < tokens; t++) {
      float[] both = head.orElseThrow().apply(row(x, from + t));
      numbers[t] = both[0];
      numbers[tokens + t] = both[1];
    }
    float[] none = head.orElseThrow().apply(row(x, 0));
    numbers[2 * tokens] = none[0] + none[1];
    return numbers;
  }
}
