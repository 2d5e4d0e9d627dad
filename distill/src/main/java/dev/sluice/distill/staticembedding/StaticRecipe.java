package dev.sluice.distill.staticembedding;

import dev.sluice.error.InvalidInputException;

/**
 * How a static embedder is trained.
 *
 * @param width numbers of a vector, a multiple of 8
 * @param taught pairs whose likeness the teacher says, at least 0
 * @param taughtEpochs passes over those pairs before all pairs are learned, at least 0
 * @param epochs passes over all pairs, at least 1
 * @param roundedEpochs how many of them, at the end, see the vectors as four bits a number
 * @param batch pairs of a step, each the wrong answer of all others, at least 2
 * @param learningRate of Adam, at its highest, above 0
 * @param seed of everything random
 */
public record StaticRecipe(
    int width,
    int taught,
    int taughtEpochs,
    int epochs,
    int roundedEpochs,
    int batch,
    float learningRate,
    long seed) {

  /** That of the embedder that comes with the program. */
  public static final StaticRecipe DEFAULT = new StaticRecipe(384, 60_000, 1, 3, 1, 512, 0.005f, 1);

  public StaticRecipe {
    require(width >= 8 && width % 8 == 0, "width", "a multiple of 8", width);
    require(taught >= 0, "taught", "at least 0", taught);
    require(taughtEpochs >= 0, "taughtEpochs", "at least 0", taughtEpochs);
    require(epochs >= 1, "epochs", "at least 1", epochs);
    require(
        roundedEpochs >= 0 && roundedEpochs <= epochs,
        "roundedEpochs",
        "of 0 to the epochs, " + epochs,
        roundedEpochs);
    require(batch >= 2, "batch", "at least 2", batch);
    require(learningRate > 0, "learningRate", "above 0", learningRate);
  }

  private static void require(boolean right, String name, String wanted, Object found) {
    if (!right) {
      throw new InvalidInputException(name + " must be " + wanted + ", but is " + found + ".");
    }
  }

  @Override
  public String toString() {
    return "width %d, taught %d x %d, epochs %d (%d rounded), batch %d, rate %s, seed %d"
        .formatted(width, taught, taughtEpochs, epochs, roundedEpochs, batch, learningRate, seed);
  }
}
