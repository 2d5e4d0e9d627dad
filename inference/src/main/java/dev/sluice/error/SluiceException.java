package dev.sluice.error;

/**
 * A failure whose message is meant for the person who can mend it. The subclass is its kind, and
 * the command line turns kinds into exit codes.
 */
public abstract sealed class SluiceException extends RuntimeException
    permits DamagedException, InvalidInputException, ResourceException, VersionException {
  private static final long serialVersionUID = 1L;

  SluiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
