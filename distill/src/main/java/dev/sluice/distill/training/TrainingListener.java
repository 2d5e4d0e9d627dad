package dev.sluice.distill.training;

import java.time.Duration;

/** Hears how a training goes. */
public interface TrainingListener {

  /**
   * After some steps.
   *
   * @param loss the mean over these steps
   * @param left what remains at this pace
   */
  void progress(long step, long steps, double loss, double examplesPerSecond, Duration left);

  /** While what is held out is asked: how much of it has been. */
  void evaluating(long done, long total);

  /** After an evaluation on what is held out. */
  void evaluated(long step, double value, String measures, boolean best);

  /** Something worth a line, such as where a run goes on. */
  void note(String text);
}
