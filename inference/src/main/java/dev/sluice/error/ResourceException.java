package dev.sluice.error;

/** The machine ran out of something: disk space, memory, file handles, or a lock held elsewhere. */
public final class ResourceException extends SluiceException {
  private static final long serialVersionUID = 1L;

  public ResourceException(String message) {
    this(message, null);
  }

  public ResourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
