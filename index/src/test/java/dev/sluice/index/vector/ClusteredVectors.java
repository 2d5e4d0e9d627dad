package dev.sluice.index.vector;

import java.util.Random;

/** Synthetic unit vectors around random centres, as embeddings of texts on some topics are. */
final class ClusteredVectors {
  private final Random random;
  private final float[][] centres;
  private final double spread;

  ClusteredVectors(long seed, int dimensions, int clusters) {
    this(seed, dimensions, clusters, 0.8);
  }

  /**
   * @param spread length of the noise, the centre's being 1
   */
  ClusteredVectors(long seed, int dimensions, int clusters, double spread) {
    random = new Random(seed);
    this.spread = spread / Math.sqrt(dimensions);
    centres = new float[clusters][];
    for (int i = 0; i < clusters; i++) {
      centres[i] = unit(new float[dimensions], Math.sqrt(1.0 / dimensions));
    }
  }

  float[] next() {
    return unit(centres[random.nextInt(centres.length)], spread);
  }

  float[][] next(int count) {
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      vectors[i] = next();
    }
    return vectors;
  }

  private float[] unit(float[] centre, double noise) {
    float[] vector = new float[centre.length];
    double square = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (centre[i] + noise * random.nextGaussian());
      square += (double) vector[i] * vector[i];
    }
    float norm = (float) Math.sqrt(square);
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= norm;
    }
    return vector;
  }
}
