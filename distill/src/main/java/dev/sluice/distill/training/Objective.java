package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * What layers are trained for: a head, examples and a loss.
 *
 * @param <B> the examples of one step
 */
interface Objective<B> {

  /** What is trained beside the layers. */
  List<Parameter> headParameters();

  /** The examples of the next step; those of the first one again behind the last. */
  B next();

  /** Leaves out the examples of some steps, as if they had been trained on. */
  void skip(long steps);

  /**
   * The loss of a step.
   *
   * @return one number
   */
  NDArray loss(NDManager scope, JointLayers layers, B examples, Rounding rounding);

  /**
   * How good layers and head are on what is held out; higher is better.
   *
   * @param asked hears of how much of it has been asked
   */
  Score evaluate(JointLayers layers, Asked asked);

  /** Hears how far an evaluation is. */
  interface Asked {
    void of(long done, long total);
  }

  /**
   * The result of an evaluation.
   *
   * @param value what the best checkpoint is chosen by
   * @param text all measures, for people
   */
  record Score(double value, String text) {}
}
