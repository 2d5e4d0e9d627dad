package dev.sluice.bench.vectors;

import java.util.Comparator;
import java.util.PriorityQueue;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The nearest vectors by 32-bit floats, without a graph. */
final class ExactSearch {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private record Scored(int vector, float score) {}

  private ExactSearch() {}

  /** The numbers of the {@code k} vectors with the greatest dot products. */
  static int[] nearest(float[][] vectors, float[] query, int k) {
    PriorityQueue<Scored> best = new PriorityQueue<>(Comparator.comparingDouble(Scored::score));
    for (int i = 0; i < vectors.length; i++) {
      float score = dot(query, vectors[i]);
      if (best.size() < k || score > best.element().score()) {
        best.add(new Scored(i, score));
        if (best.size() > k) {
          best.remove();
        }
      }
    }
    return best.stream().mapToInt(Scored::vector).toArray();
  }

  private static float dot(float[] a, float[] b) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int end = SPECIES.loopBound(a.length);
    for (int i = 0; i < end; i += SPECIES.length()) {
      sums = FloatVector.fromArray(SPECIES, a, i).fma(FloatVector.fromArray(SPECIES, b, i), sums);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int i = end; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
