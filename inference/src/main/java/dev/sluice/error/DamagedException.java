package dev.sluice.error;

/** A file of an index or model is missing, truncated or does not match its checksum. */
public final class DamagedException extends SluiceException {
  private static final long serialVersionUID = 1L;

  public DamagedException(String message) {
    this(message, null);
  }

  public DamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
