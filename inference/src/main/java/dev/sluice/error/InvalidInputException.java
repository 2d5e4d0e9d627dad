package dev.sluice.error;

/** An argument, a document or another thing given by the caller cannot be used. */
public final class InvalidInputException extends SluiceException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    this(message, null);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
