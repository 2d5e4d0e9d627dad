package dev.sluice.bench.vectors;

import java.util.Random;

/** Unit vectors around random centres, as embeddings of texts on some topics are. */
final class SyntheticVectors {
  /** Length of the noise, the centre's being 1. */
  private static final double SPREAD = 0.8;

  private final Random random;
  private final float[][] centres;
  private final double noise;

  SyntheticVectors(long seed, int dimensions, int clusters) {
    random = new Random(seed);
    noise = SPREAD / Math.sqrt(dimensions);
    centres = new float[clusters][];
    for (int i = 0; i < clusters; i++) {
      centres[i] = around(new float[dimensions], 1 / Math.sqrt(dimensions));
    }
  }

  float[][] next(int count) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = around(centres[random.nextInt(centres.length)], noise);
    }
    return vectors;
  }

  private float[] around(float[] centre, double deviation) {
    float[] vector = new float[centre.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (centre[i] + deviation * random.nextGaussian());
    }
    normalise(vector);
    return vector;
  }

  static void normalise(float[] vector) {
    double square = 0;
    for (float x : vector) {
      square += (double) x * x;
    }
    float length = (float) Math.sqrt(square);
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= length;
    }
  }
}
