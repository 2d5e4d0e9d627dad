package dev.sluice.distill.staticembedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ContrastiveLossTest {
  private static final int SIZE = 5;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private float[] similarities() {
    float[] values = new float[SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 0.2f;
    }
    return values;
  }

  private static double loss(boolean[] masked, float[] similarities, float[] teacher) {
    return new ContrastiveLoss(SIZE, masked, similarities, teacher, 0.7f)
        .addGradient(new float[SIZE * SIZE]);
  }

  private void assertGradientIsTheSlope(boolean[] masked, float[] teacher) {
    float[] similarities = similarities();
    float[] gradient = new float[SIZE * SIZE];
    new ContrastiveLoss(SIZE, masked, similarities, teacher, 0.7f).addGradient(gradient);
    float step = 1e-3f;
    for (int i = 0; i < gradient.length; i++) {
      float[] more = similarities.clone();
      float[] less = similarities.clone();
      more[i] += step;
      less[i] -= step;
      double slope = (loss(masked, more, teacher) - loss(masked, less, teacher)) / (2 * step);
      assertEquals(slope, gradient[i], 0.02, "similarity " + i + ", seed " + seed);
    }
  }

  @Test
  void gradientIsTheSlopeOfTheLoss() {
    assertGradientIsTheSlope(new boolean[SIZE * SIZE], new float[0]);
  }

  @Test
  void gradientIsTheSlopeWithATeacherAndWithMaskedPassages() {
    boolean[] masked = new boolean[SIZE * SIZE];
    masked[1] = true;
    masked[3 * SIZE + 4] = true;
    assertGradientIsTheSlope(masked, similarities());
  }

  @Test
  void whatIsMaskedHasNoGradient() {
    boolean[] masked = new boolean[SIZE * SIZE];
    masked[7] = true;
    float[] gradient = new float[SIZE * SIZE];
    new ContrastiveLoss(SIZE, masked, similarities(), new float[0], 0).addGradient(gradient);
    assertEquals(0, gradient[7], "seed " + seed);
  }
}
