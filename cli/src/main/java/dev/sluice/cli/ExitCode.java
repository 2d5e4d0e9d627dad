package dev.sluice.cli;

/** What the process tells its caller. Scripts rely on these numbers. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int DAMAGED = 3;
  static final int SKIPPED = 4;

  private ExitCode() {}
}
