package dev.sluice.cascade;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much the scores of the stages before and of the cross-encoder count once both are
 * standardised over the candidates that were reranked. Stored as {@value #FILE} in the folder of
 * the cross-encoder's pack: one JSON object with the two fields.
 *
 * @param fused weight of the score before, at least 0
 * @param rerank weight of the cross-encoder's logit, at least 0; one of the two is above 0
 */
public record RerankBlend(double fused, double rerank) {
  /** The name of the file in a model's folder. */
  public static final String FILE = "blend.json";

  /** For a cross-encoder without a file: it reads both texts together and so knows more. */
  public static final RerankBlend DEFAULT = new RerankBlend(1, 2);

  public RerankBlend {
    if (!(fused >= 0 && rerank >= 0 && fused + rerank > 0 && Double.isFinite(fused + rerank))) {
      throw new InvalidInputException(
          "blend: expected weights of at least 0 and not both 0, found fused "
              + fused
              + " and rerank "
              + rerank);
    }
  }

  /**
   * The blend of a model's folder; empty where it has none.
   *
   * @throws InvalidInputException if the file is not of the form above
   */
  public static Optional<RerankBlend> read(Path folder) {
    Path file = folder.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(ModelJson.read(file, RerankBlend.class))
        : Optional.empty();
  }

  /** Writes the blend, in place of any file of that name. */
  public void write(Path file) {
    ModelJson.write(file, this);
  }

  /** The weighted mean of a candidate's standardised scores. */
  double mean(double standardisedFused, double standardisedRerank) {
    return (fused * standardisedFused + rerank * standardisedRerank) / (fused + rerank);
  }
}
