package dev.sluice.error;

/** A file was written by a newer or no longer supported version of its format. */
public final class VersionException extends SluiceException {
  private static final long serialVersionUID = 1L;

  public VersionException(String message) {
    this(message, null);
  }

  public VersionException(String message, Throwable cause) {
    super(message, cause);
  }
}
