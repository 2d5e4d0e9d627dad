package dev.sluice.index.reader;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/** What a compressed stream holds, as long as it stays within limits. */
final class InflatingStream extends FilterInputStream {

  private final InflationLimits limits;
  private final LongSupplier compressed;
  private long inflated;

  /** The stream goes on, but holds more than is read. */
  static final class TooMuchException extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuchException(String message) {
      super(message);
    }
  }

  /**
   * @param plain gives what the compressed bytes hold
   * @param compressed how many compressed bytes that took
   */
  InflatingStream(InputStream plain, InflationLimits limits, LongSupplier compressed) {
    super(plain);
    this.limits = limits;
    this.compressed = compressed;
  }

  /** Opens a stream; one that is not compressed is given as it is. */
  static InputStream open(Compression compression, InputStream in, InflationLimits limits)
      throws IOException {
    if (compression == Compression.NONE) {
      return in;
    }
    Counted counted = new Counted(in);
    return new InflatingStream(compression.open(counted), limits, () -> counted.count);
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = super.read(into, offset, length);
    count(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** How many bytes it gave so far. */
  long inflated() {
    return inflated;
  }

  private void count(long bytes) throws IOException {
    inflated += bytes;
    if (inflated > limits.bytes()) {
      throw new TooMuchException("it inflates to more than %,d bytes".formatted(limits.bytes()));
    }
    if (inflated > limits.free()
        && inflated / limits.ratio() > Math.max(1, compressed.getAsLong())) {
      throw new TooMuchException(
          "it inflates to more than %d times its size".formatted(limits.ratio()));
    }
  }

  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
