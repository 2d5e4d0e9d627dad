package dev.sluice.inference.kernel;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Draws a seed for a run of tests, and says with each failure how to draw the same again. */
final class SeedPrinter implements TestExecutionExceptionHandler {
  static final long SEED = Long.getLong("sluice.seed", System.nanoTime());

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
    throw new AssertionError("failed with -Dsluice.seed=" + SEED + ": " + failure, failure);
  }
}
