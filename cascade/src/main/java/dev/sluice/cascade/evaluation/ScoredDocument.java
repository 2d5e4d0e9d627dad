package dev.sluice.cascade.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;

/**
 * A document that a search found.
 *
 * @param document its id
 * @param score higher is better; single precision, as trec_eval up to 9.0.8 compares scores
 *     (version 10 compares them in double precision)
 */
public record ScoredDocument(String document, float score) {

  /**
   * The order in which documents are evaluated, that of trec_eval: score descending; among equal
   * scores the id descending by its UTF-8 bytes.
   */
  public static final Comparator<ScoredDocument> ORDER =
      (a, b) -> {
        int byScore = Float.compare(b.score, a.score);
        return byScore != 0 ? byScore : Arrays.compareUnsigned(utf8(b), utf8(a));
      };

  public ScoredDocument {
    Objects.requireNonNull(document, "document");
    if (Float.isNaN(score)) {
      throw new IllegalArgumentException("score of document " + document + " is not a number");
    }
    score += 0f; // -0 becomes 0, which Float.compare tells apart and a comparison in C does not
  }

  private static byte[] utf8(ScoredDocument scored) {
    return scored.document.getBytes(StandardCharsets.UTF_8);
  }
}
