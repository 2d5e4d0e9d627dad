package dev.sluice.inference.encoder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** What is made of the vectors of a sequence that leave the last layer. */
sealed interface Head
    permits Head.FirstVector,
        Head.MeanVector,
        Head.TokenVectors,
        Head.Classifier,
        Head.Spans,
        Relevance {

  /** Whether only the vector of the first token counts. */
  boolean firstTokenOnly();

  /** How many numbers {@link #apply} gives, for each token if it is for tokens. */
  int width();

  /**
   * The answer for a sequence.
   *
   * @param x fp32 {@code [tokens][hidden]}, of which the first token's row alone may be there if
   *     {@link #firstTokenOnly}
   */
  float[] apply(MemorySegment x, Sequence sequence);

  /** Reads the head for an output. */
  static Head read(WeightsFile file, Output output, EncoderConfig config) {
    int hidden = config.shape().hidden();
    return switch (output) {
      case FIRST_VECTOR -> new FirstVector(hidden);
      case MEAN_VECTOR -> new MeanVector(hidden);
      case TOKEN_VECTORS -> new TokenVectors(hidden);
      case LOGITS ->
          config.segmentLayers().isPresent()
              ? Relevance.read(file, hidden)
              : Classifier.read(file, hidden);
      case SPAN_LOGITS -> Spans.read(file, hidden);
    };
  }

  private static float[] row(MemorySegment x, int token, int hidden) {
    float[] row = new float[hidden];
    MemorySegment.copy(x, JAVA_FLOAT, 4L * token * hidden, row, 0, hidden);
    return row;
  }

  /** The vector itself. */
  record FirstVector(int width) implements Head {
    @Override
    public boolean firstTokenOnly() {
      return true;
    }

    @Override
    public float[] apply(MemorySegment x, Sequence sequence) {
      return row(x, 0, width);
    }
  }

  /** The mean of all tokens. */
  record MeanVector(int width) implements Head {
    @Override
    public boolean firstTokenOnly() {
      return false;
    }

    @Override
    public float[] apply(MemorySegment x, Sequence sequence) {
      int tokens = sequence.length();
      float[] mean = new float[width];
      for (int token = 0; token < tokens; token++) {
        long row = (long) token * width;
        for (int i = 0; i < width; i++) {
          mean[i] += x.getAtIndex(JAVA_FLOAT, row + i);
        }
      }
      for (int i = 0; i < width; i++) {
        mean[i] /= tokens;
      }
      return mean;
    }
  }

  /** The vectors of all tokens. */
  record TokenVectors(int width) implements Head {
    @Override
    public boolean firstTokenOnly() {
      return false;
    }

    @Override
    public float[] apply(MemorySegment x, Sequence sequence) {
      return x.asSlice(0, 4L * sequence.length() * width).toArray(JAVA_FLOAT);
    }
  }

  /**
   * BertForSequenceClassification: a linear layer on the first token's vector, behind a pooler
   * (linear layer and tanh) if the model has one.
   */
  record Classifier(Optional<DenseLayer> pooler, DenseLayer classifier) implements Head {
    private static final String NAME = "classifier";
    private static final String POOLER = "pooler.dense";

    static Classifier read(WeightsFile file, int hidden) {
      if (!file.hasHead(NAME)) {
        throw new InvalidInputException(
            file.path() + " is no cross-encoder: it has no tensor \"" + NAME + ".weight\".");
      }
      int labels = file.outputs(NAME);
      if (labels != 1 && labels != 2) {
        throw new InvalidInputException(
            "%s is no cross-encoder: its classifier must say 1 or 2 numbers, but says %d."
                .formatted(file.path(), labels));
      }
      String pooler = file.named(POOLER);
      return new Classifier(
          file.hasHead(pooler) ? Optional.of(file.dense(pooler, hidden, hidden)) : Optional.empty(),
          file.dense(NAME, hidden, labels));
    }

    @Override
    public boolean firstTokenOnly() {
      return true;
    }

    @Override
    public int width() {
      return classifier.outputs();
    }

    @Override
    public float[] apply(MemorySegment x, Sequence sequence) {
      float[] first = row(x, 0, classifier.inputs());
      return classifier.apply(pooler.map(layer -> pool(layer, first)).orElse(first));
    }

    private static float[] pool(DenseLayer layer, float[] vector) {
      float[] pooled = layer.apply(vector);
      for (int i = 0; i < pooled.length; i++) {
        pooled[i] = (float) Math.tanh(pooled[i]);
      }
      return pooled;
    }
  }

  /** BertForQuestionAnswering: two logits for each token. */
  record Spans(DenseLayer outputs) implements Head {
    private static final String NAME = "qa_outputs";

    static Spans read(WeightsFile file, int hidden) {
      if (!file.hasHead(NAME)) {
        throw new InvalidInputException(
            file.path() + " is no reader: it has no tensor \"" + NAME + ".weight\".");
      }
      if (file.outputs(NAME) != 2) {
        throw new DamagedException(
            "%s: tensor \"%s.bias\" must hold 2 numbers, but holds %d."
                .formatted(file.path(), NAME, file.outputs(NAME)));
      }
      return new Spans(file.dense(NAME, hidden, 2));
    }

    @Override
    public boolean firstTokenOnly() {
      return false;
    }

    @Override
    public int width() {
      return 2;
    }

    @Override
    public float[] apply(MemorySegment x, Sequence sequence) {
      int tokens = sequence.length();
      float[] logits = new float[2 * tokens];
      for (int token = 0; token < tokens; token++) {
        float[] both = outputs.apply(row(x, token, outputs.inputs()));
        logits[2 * token] = both[0];
        logits[2 * token + 1] = both[1];
      }
      return logits;
    }
  }
}
