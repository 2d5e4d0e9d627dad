package dev.sluice.distill;

import dev.sluice.distill.training.RerankerOptions;
import dev.sluice.distill.training.RerankerTraining;
import dev.sluice.distill.training.TrainingPlan;
import java.nio.file.Path;
import java.time.Duration;

/** Makes a reranker: mines groups from training files, trains on them, writes a pack. */
public final class RerankerDistillation {
  private static final float LEARNING_RATE = 1e-4f;
  private static final float WEIGHT_DECAY = 0.01f;
  private static final double ROUND_ACTIVATIONS_FROM = 0.92;
  private static final int EVALUATIONS = 8;
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(3);

  private RerankerDistillation() {}

  /**
   * Runs to the end; where an earlier run was stopped, from there.
   *
   * @throws dev.sluice.error.InvalidInputException if training files or base cannot be used
   * @throws dev.sluice.error.ResourceException if PyTorch is not there
   */
  public static DistillReport run(DistillOptions options, DistillListener listener) {
    MinedGroups groups = MinedGroups.of(options, listener);
    RerankerOptions reranker = RerankerOptions.DEFAULT;
    long steps = options.steps().orElse(Math.ceilDiv(groups.queries(), (long) reranker.queries()));
    Path work = options.work().resolve("reranker");
    TrainingPlan plan =
        new TrainingPlan(
            work,
            steps,
            LEARNING_RATE,
            WEIGHT_DECAY,
            ROUND_ACTIVATIONS_FROM,
            Math.max(1, Math.ceilDiv(steps, EVALUATIONS)),
            CHECKPOINT_EVERY);
    RerankerTraining.run(
        options.base(),
        options.start(),
        groups.training(),
        groups.heldOut(),
        reranker,
        plan,
        new TrainingProgress(listener));
    String heldOut =
        RerankerTraining.writePack(
            options.base(),
            work,
            groups.heldOut(),
            reranker,
            options.out(),
            options.name(),
            measures -> options.card("A reranker").text(groups.queries(), "queries", measures));
    return DistillReport.of(options.out(), groups.queries(), steps, heldOut);
  }
}
