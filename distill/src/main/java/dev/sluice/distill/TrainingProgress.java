package dev.sluice.distill;

import dev.sluice.distill.training.TrainingListener;
import java.time.Duration;
import java.util.Locale;

/** Passes on how a training goes. */
record TrainingProgress(DistillListener listener) implements TrainingListener {

  @Override
  public void progress(long step, long steps, double loss, double stepsPerSecond, Duration left) {
    listener.progress(
        "training",
        "steps",
        step,
        steps,
        String.format(Locale.ROOT, "loss %.3f, %.2f steps/s", loss, stepsPerSecond));
  }

  @Override
  public void evaluating(long done, long total) {
    listener.progress("asking what is held out", "queries", done, total, "");
  }

  @Override
  public void evaluated(long step, double value, String measures, boolean best) {
    listener.note("step " + step + ": " + measures + (best ? " (best so far)" : ""));
  }

  @Override
  public void note(String text) {
    listener.note(text);
  }
}
