package dev.sluice.distill;

import dev.sluice.distill.data.ReaderExamples;
import dev.sluice.distill.training.ReaderOptions;
import dev.sluice.distill.training.ReaderTraining;
import dev.sluice.distill.training.TrainingPlan;
import dev.sluice.error.InvalidInputException;

/**
 * Makes a reader: from questions with answer spans, and from the passages without an answer that
 * search finds for them.
 */
public final class ReaderDistillation {
  private static final float LEARNING_RATE = 2e-4f;
  private static final double ROUND_ACTIVATIONS_FROM = 0.93;
  private static final int EVALUATIONS = 10;
  private static final long SEED = 1;

  private ReaderDistillation() {}

  /**
   * Runs to the end; where an earlier run was stopped, from there.
   *
   * @throws InvalidInputException if training files or base cannot be used
   * @throws dev.sluice.error.ResourceException if PyTorch is not there
   */
  public static DistillReport run(DistillOptions options, DistillListener listener) {
    if (!options.blendData().isEmpty()) {
      throw new InvalidInputException(
          "expected no --blend-data for a reader, whose scores are not blended; leave it out");
    }
    MinedGroups groups = MinedGroups.of(options, listener);
    ReaderExamples examples = ReaderExamples.read(options.data(), SEED);
    examples.addUnanswered(groups.training(), SEED);
    ReaderOptions reader = ReaderOptions.DEFAULT;
    long all = examples.training().size();
    long steps = options.steps().orElse(Math.ceilDiv(all, (long) reader.pairs()));
    TrainingPlan plan =
        options.plan("reader", steps, LEARNING_RATE, ROUND_ACTIVATIONS_FROM, EVALUATIONS);
    ReaderTraining.run(
        options.base(), options.start(), examples, reader, plan, new TrainingProgress(listener));
    String heldOut =
        ReaderTraining.writePack(
            options.base(),
            plan.work(),
            examples,
            groups.heldOut(),
            reader,
            options.out(),
            options.name(),
            measures -> options.card("A reader").text(all, "queries", measures));
    return DistillReport.of(options.out(), all, steps, heldOut);
  }
}
