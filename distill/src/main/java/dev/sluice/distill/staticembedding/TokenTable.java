package dev.sluice.distill.staticembedding;

import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import dev.sluice.inference.staticembedding.TokenVectors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The vectors that are trained, with the moments of Adam (Kingma and Ba 2015,
 * https://arxiv.org/abs/1412.6980) in its lazy form: a step changes only the vectors of its tokens.
 */
final class TokenTable {
  private static final float MEAN_DECAY = 0.9f;
  private static final float SQUARE_DECAY = 0.99f;

  final int tokens;
  final int width;
  final float[] values;
  final float[] means;
  final float[] squares;

  /** What texts are summed from: the values, or those that the pack can hold. */
  private float[] seen;

  private int steps;

  /**
   * @param values {@code tokens * width} numbers, taken over
   */
  TokenTable(float[] values, int width) {
    this.tokens = values.length / width;
    this.width = width;
    this.values = values;
    this.means = new float[values.length];
    this.squares = new float[values.length];
    this.seen = values;
  }

  int steps() {
    return steps;
  }

  /** Adds the state of the training. */
  void add(SafetensorsWriter state) {
    List<Long> shape = List.of((long) tokens, (long) width);
    state.add("values", shape, values).add("means", shape, means).add("squares", shape, squares);
  }

  /** Takes the state of a training over that took so many steps. */
  void resume(SafetensorsFile state, int stepsTaken) {
    copy(state, "values", values);
    copy(state, "means", means);
    copy(state, "squares", squares);
    steps = stepsTaken;
  }

  private void copy(SafetensorsFile state, String name, float[] to) {
    float[] from = state.tensor(name).requireShape(tokens, width).toFloats();
    System.arraycopy(from, 0, to, 0, to.length);
  }

  /** From now on texts are summed from rounded vectors, and gradients pass straight through. */
  void round() {
    seen = new float[values.length];
    IntStream.range(0, tokens).parallel().forEach(this::round);
  }

  private void round(int token) {
    float[] row = Arrays.copyOfRange(values, token * width, (token + 1) * width);
    System.arraycopy(TokenVectors.round(row, width).vector(0), 0, seen, token * width, width);
  }

  /** A text's vectors, of unit length, and the lengths they had. */
  record Embedded(float[] vectors, float[] norms) {}

  Embedded embed(int[][] texts) {
    float[] vectors = new float[texts.length * width];
    float[] norms = new float[texts.length];
    IntStream.range(0, texts.length)
        .parallel()
        .forEach(
            i -> {
              for (int token : texts[i]) {
                Products.addScaled(1, seen, token * width, vectors, i * width, width);
              }
              norms[i] = Products.normalize(vectors, i * width, width);
            });
    return new Embedded(vectors, norms);
  }

  /**
   * One step of Adam.
   *
   * @param texts tokens of all texts of the batch
   * @param gradients of the loss by each text's sum, {@code texts.length * width} numbers
   */
  void update(int[][] texts, float[] gradients, float rate) {
    steps++;
    int[] slots = new int[tokens];
    Arrays.fill(slots, -1);
    int used = 0;
    for (int[] text : texts) {
      for (int token : text) {
        if (slots[token] < 0) {
          slots[token] = used++;
        }
      }
    }
    float[] sums = new float[used * width];
    for (int i = 0; i < texts.length; i++) {
      for (int token : texts[i]) {
        Products.addScaled(1, gradients, i * width, sums, slots[token] * width, width);
      }
    }
    float meanScale = rate / (float) (1 - Math.pow(MEAN_DECAY, steps));
    float squareScale = 1 / (float) (1 - Math.pow(SQUARE_DECAY, steps));
    IntStream.range(0, tokens)
        .parallel()
        .filter(token -> slots[token] >= 0)
        .forEach(
            token -> {
              adam(token * width, sums, slots[token] * width, meanScale, squareScale);
              if (seen != values) {
                round(token);
              }
            });
  }

  private void adam(int row, float[] sums, int slot, float meanScale, float squareScale) {
    for (int i = 0; i < width; i++) {
      float gradient = sums[slot + i];
      float mean = MEAN_DECAY * means[row + i] + (1 - MEAN_DECAY) * gradient;
      float square = SQUARE_DECAY * squares[row + i] + (1 - SQUARE_DECAY) * gradient * gradient;
      means[row + i] = mean;
      squares[row + i] = square;
      values[row + i] -= meanScale * mean / ((float) Math.sqrt(squareScale * square) + 1e-8f);
    }
  }
}
