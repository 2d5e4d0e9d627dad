package dev.sluice.distill.staticembedding;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Path;
import java.util.List;

/**
 * How to make a static embedder. {@link #of} has the values that the shipped pack was made with.
 *
 * @param data files of queries and passages, of a form that {@link StaticDistillation} reads
 * @param base name or folder of the teacher, an embedder with FP4 weights or in ONNX; the pack gets
 *     its tokenizer
 * @param out folder of the pack; it must not exist
 * @param work folder of teacher's vectors and checkpoints, with which a stopped run goes on
 * @param name of the pack, which indexes remember
 * @param width numbers of a vector, even
 * @param taught pairs whose likeness the teacher says
 * @param taughtEpochs passes over those pairs before all pairs are learned
 * @param epochs passes over all pairs, at least 1
 * @param roundedEpochs how many of them, at the end, see the vectors as four bits a number
 * @param batch pairs of a step, each the wrong answer of all others
 * @param learningRate of Adam, at its highest
 * @param seed of everything random
 */
public record StaticDistillOptions(
    List<Path> data,
    String base,
    Path out,
    Path work,
    String name,
    int width,
    int taught,
    int taughtEpochs,
    int epochs,
    int roundedEpochs,
    int batch,
    float learningRate,
    long seed) {

  public StaticDistillOptions {
    data = List.copyOf(data);
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

  /** The recipe of the shipped pack. */
  public static StaticDistillOptions of(List<Path> data, String base, Path out) {
    Path folder = out.toAbsolutePath().normalize();
    String name = folder.getFileName().toString();
    Path work = folder.resolveSibling(name + ".work");
    return new StaticDistillOptions(
        data, base, out, work, name, 384, 60_000, 1, 3, 1, 512, 0.005f, 1);
  }

  /** With other numbers of passes, for a quick try or a long run. */
  public StaticDistillOptions withEpochs(int taught, int all, int rounded) {
    return new StaticDistillOptions(
        data,
        base,
        out,
        work,
        name,
        width,
        this.taught,
        taught,
        all,
        rounded,
        batch,
        learningRate,
        seed);
  }

  /** With another number of pairs that the teacher embeds, and another size of a step. */
  public StaticDistillOptions withSizes(int taught, int batch) {
    return new StaticDistillOptions(
        data,
        base,
        out,
        work,
        name,
        width,
        taught,
        taughtEpochs,
        epochs,
        roundedEpochs,
        batch,
        learningRate,
        seed);
  }

  /** With another number of numbers of a vector. */
  public StaticDistillOptions withWidth(int width) {
    return new StaticDistillOptions(
        data,
        base,
        out,
        work,
        name,
        width,
        taught,
        taughtEpochs,
        epochs,
        roundedEpochs,
        batch,
        learningRate,
        seed);
  }
}
