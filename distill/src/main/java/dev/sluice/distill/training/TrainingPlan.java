package dev.sluice.distill.training;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How long and how fast to train.
 *
 * @param work where checkpoints go; a run that finds one there goes on from it
 * @param steps how many steps the whole run has
 * @param learningRate of matrices, at its highest
 * @param weightDecay of matrices
 * @param roundActivationsFrom the part of the run, 0 to 1, from which on inputs of matrices are
 *     rounded too; rounding them takes half as long again
 * @param evaluateEvery steps between two evaluations
 * @param checkpointEvery time between two checkpoints
 */
public record TrainingPlan(
    Path work,
    long steps,
    float learningRate,
    float weightDecay,
    double roundActivationsFrom,
    long evaluateEvery,
    Duration checkpointEvery) {
  private static final double WARM_UP = 0.06;
  private static final double LAST = 0.05;

  /** The learning rate of a step: up in a line, then down in a line to a twentieth. */
  float learningRate(long step) {
    double warm = Math.max(1, WARM_UP * steps);
    if (step < warm) {
      return (float) (learningRate * (step + 1) / warm);
    }
    double left = (steps - step) / (steps - warm);
    return (float) (learningRate * (LAST + (1 - LAST) * left));
  }

  /** What a step rounds: weights always, so that what is trained is what runs. */
  Rounding rounding(long step) {
    return step >= roundActivationsFrom * steps ? Rounding.ENGINE : Rounding.WEIGHTS;
  }
}
