package dev.sluice.cli;

import dev.sluice.error.DamagedException;
import dev.sluice.error.SluiceException;
import dev.sluice.error.VersionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * What is said of a failure, and how the process ends.
 *
 * @param message one line for the person at the keyboard
 * @param exitCode of {@link ExitCode}
 */
record Failure(String message, int exitCode) {

  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case DamagedException e -> new Failure(e.getMessage(), ExitCode.DAMAGED);
      case VersionException e -> new Failure(e.getMessage(), ExitCode.DAMAGED);
      case SluiceException e -> failed(e.getMessage());
      case StandardOutput.Failure e when e.readerGone() -> new Failure("", ExitCode.DONE);
      case StandardOutput.Failure e ->
          failed("standard output cannot be written: " + describe(e.getCause()));
      case UncheckedIOException e -> failed(describe(e.getCause()));
      case IOException e -> failed(describe(e));
      case InterruptedException e -> failed("interrupted");
      case OutOfMemoryError e ->
          failed(
              "out of memory: the Java heap of "
                  + (Runtime.getRuntime().maxMemory() >> 20)
                  + " MB is full ("
                  + e.getMessage()
                  + "); give it more with SLUICE_JAVA_OPTS=-Xmx8g, or --memory less");
      default -> failed("unexpected " + thrown + " (a fault in sluice; --debug shows where)");
    };
  }

  private static Failure failed(String message) {
    return new Failure(message, ExitCode.FAILED);
  }

  /** The file system's exceptions often say no more than the name of the file. */
  private static String describe(IOException e) {
    return switch (e) {
      case NoSuchFileException x -> x.getFile() + ": no such file or folder";
      case AccessDeniedException x -> x.getFile() + ": permission denied";
      case FileSystemException x when x.getReason() == null ->
          x.getFile() + ": " + x.getClass().getSimpleName();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
