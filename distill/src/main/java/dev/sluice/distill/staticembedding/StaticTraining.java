package dev.sluice.distill.staticembedding;

import dev.sluice.distill.DistillListener;
import dev.sluice.distill.training.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Trains a table: some epochs on what the teacher says of pairs, then epochs on all pairs. */
final class StaticTraining {
  private static final int WARM_UP_STEPS = 100;
  private static final float LAST_RATE = 0.05f;

  /** The teacher's share of the target while only its pairs are learned, and later. */
  private static final float FIRST_TEACHER_WEIGHT = 0.9f;

  private static final float TEACHER_WEIGHT = 0.5f;

  private static final int REPORT_EVERY = 10;
  private static final String EPOCHS = "epochs";
  private static final String STEPS = "steps";

  private final StaticRecipe recipe;
  private final DistillListener listener;
  private final TokenizedPairs pairs;
  private final Teacher.PairVectors teacher;
  private final TokenTable table;
  private final List<List<int[]>> epochs = new ArrayList<>();
  private final int steps;

  /**
   * @param teacher vectors of the first pairs, as many as the recipe has taught ones
   */
  StaticTraining(
      StaticRecipe recipe,
      DistillListener listener,
      TokenizedPairs pairs,
      Teacher.PairVectors teacher,
      TokenTable table) {
    this.recipe = recipe;
    this.listener = listener;
    this.pairs = pairs;
    this.teacher = teacher;
    this.table = table;
    int[] trained = pairs.indices(false);
    int[] taught = Arrays.stream(trained).filter(i -> i < recipe.taught()).toArray();
    // All batches are known at the start, so that a run that goes on has those it would have had.
    for (int i = 0; i < recipe.taughtEpochs() + recipe.epochs(); i++) {
      Random random = new Random(31 * recipe.seed() + i);
      int[] those = i < recipe.taughtEpochs() ? taught : trained;
      epochs.add(Batches.of(those, pairs.sources(), recipe.batch(), random));
    }
    this.steps = epochs.stream().mapToInt(List::size).sum();
  }

  /**
   * Trains the epochs that are left.
   *
   * @return the score on the pairs held out at the end
   */
  double run(Checkpoint checkpoint) {
    Development development = new Development(pairs);
    int epochsDone = resume(checkpoint);
    boolean rounded = false;
    for (int i = epochsDone; i < epochs.size(); i++) {
      if (!rounded && i >= epochs.size() - recipe.roundedEpochs()) {
        table.round();
        rounded = true;
      }
      for (int[] batch : epochs.get(i)) {
        double loss = step(batch, i < recipe.taughtEpochs());
        report(loss);
      }
      checkpoint.write(
          Map.of(EPOCHS, Integer.toString(i + 1), STEPS, Integer.toString(table.steps())),
          table::add);
      listener.note(
          String.format(
              Locale.ROOT,
              "epoch %d of %d: nDCG@10 %.4f",
              i + 1,
              epochs.size(),
              development.score(table)));
    }
    table.round();
    return development.score(table);
  }

  /** The epochs that are done. */
  private int resume(Checkpoint checkpoint) {
    Optional<Map<String, String>> progress =
        checkpoint.resume(
            state -> table.resume(state, Integer.parseInt(state.metadata().get(STEPS))));
    progress.ifPresent(done -> listener.note("going on after epoch " + done.get(EPOCHS)));
    return progress.map(done -> Integer.parseInt(done.get(EPOCHS))).orElse(0);
  }

  private void report(double loss) {
    int step = table.steps();
    if (step % REPORT_EVERY == 0 || step == steps) {
      listener.progress(
          "training", "steps", step, steps, String.format(Locale.ROOT, "loss %.3f", loss));
    }
  }

  private double step(int[] batch, boolean first) {
    int size = batch.length;
    int[][] texts = new int[2 * size][];
    for (int i = 0; i < size; i++) {
      texts[i] = pairs.queries()[batch[i]];
      texts[size + i] = pairs.passages()[batch[i]];
    }
    TokenTable.Embedded embedded = table.embed(texts);
    int half = size * table.width;
    float[] queries = Arrays.copyOf(embedded.vectors(), half);
    float[] passages = Arrays.copyOfRange(embedded.vectors(), half, 2 * half);
    float[] similarities = new float[size * size];
    float[] columns = Products.transpose(passages, size, table.width);
    Products.add(queries, columns, similarities, size, table.width, size);
    float[] bySimilarity = new float[size * size];
    double loss = loss(batch, similarities, first).addGradient(bySimilarity);
    float[] gradients = bySum(bySimilarity, queries, passages, embedded);
    table.update(texts, gradients, rate());
    return loss;
  }

  private ContrastiveLoss loss(int[] batch, float[] similarities, boolean first) {
    int size = batch.length;
    boolean[] masked = new boolean[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        masked[i * size + j] = i != j && pairs.mayAnswer(batch[i], batch[j]);
      }
    }
    boolean taught = Arrays.stream(batch).allMatch(i -> i < recipe.taught());
    return new ContrastiveLoss(
        size,
        masked,
        similarities,
        taught ? teacher.similarities(batch) : new float[0],
        first ? FIRST_TEACHER_WEIGHT : TEACHER_WEIGHT);
  }

  /** From the gradient by similarities to that by the sums, through the scaling to unit length. */
  private float[] bySum(
      float[] bySimilarity, float[] queries, float[] passages, TokenTable.Embedded embedded) {
    int width = table.width;
    int size = queries.length / width;
    float[] byQuery = new float[queries.length];
    Products.add(bySimilarity, passages, byQuery, size, size, width);
    float[] byPassage = new float[passages.length];
    float[] turned = Products.transpose(bySimilarity, size, size);
    Products.add(turned, queries, byPassage, size, size, width);
    float[] gradients = Arrays.copyOf(byQuery, 2 * byQuery.length);
    System.arraycopy(byPassage, 0, gradients, byQuery.length, byPassage.length);
    float[] vectors = embedded.vectors();
    for (int i = 0; i < 2 * size; i++) {
      float along = Products.dot(vectors, i * width, gradients, i * width, width);
      float norm = embedded.norms()[i];
      float scale = norm > 0 ? 1 / norm : 0;
      for (int j = i * width; j < (i + 1) * width; j++) {
        gradients[j] = (gradients[j] - along * vectors[j]) * scale;
      }
    }
    return gradients;
  }

  /** Rises over the first steps, then falls in a line. */
  private float rate() {
    int step = table.steps();
    float warm = Math.min(1, (step + 1f) / WARM_UP_STEPS);
    return recipe.learningRate() * warm * (1 - (1 - LAST_RATE) * step / steps);
  }
}
