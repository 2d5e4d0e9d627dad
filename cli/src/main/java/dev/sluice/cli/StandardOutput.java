package dev.sluice.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Fails on the first write that fails. {@link java.io.PrintStream} keeps that to itself, and a
 * command whose reader has gone ({@code sluice ... | head}) would go on working for nobody.
 */
final class StandardOutput extends FilterOutputStream {

  /** Standard output cannot be written. */
  static final class Failure extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    Failure(IOException cause) {
      super(cause);
    }

    /** Whether the reader closed its end, which is no fault. */
    boolean readerGone() {
      String message = String.valueOf(getCause().getMessage());
      return message.contains("Broken pipe") || message.contains("Connection reset");
    }
  }

  StandardOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) {
    try {
      out.write(b);
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new Failure(e);
    }
  }
}
