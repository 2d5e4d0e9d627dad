package dev.sluice.bench;

/**
 * How like a contender's vectors are to those of the fp32 network, so that nobody is measured doing
 * something else.
 *
 * @param mean of the cosines of all sequences
 * @param smallest of them
 */
record Agreement(double mean, double smallest) {

  static Agreement of(float[][] vectors, float[][] reference) {
    double sum = 0;
    double smallest = 1;
    for (int i = 0; i < reference.length; i++) {
      double cosine = Pooled.dot(vectors[i], reference[i]);
      sum += cosine;
      smallest = Math.min(smallest, cosine);
    }
    return new Agreement(sum / reference.length, smallest);
  }
}
