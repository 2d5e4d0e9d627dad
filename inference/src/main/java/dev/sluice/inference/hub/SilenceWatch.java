package dev.sluice.inference.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, which fails when nothing comes for some time. The HTTP client's own limit
 * is for an answer as a whole, or only for its head, by the version of Java.
 */
final class SilenceWatch extends FilterInputStream {
  private static final long NOT_READING = Long.MIN_VALUE;

  private final Duration limit;
  private final ScheduledFuture<?> check;
  private volatile long readingSince = NOT_READING;
  private volatile boolean expired;

  SilenceWatch(InputStream body, Duration limit, ScheduledExecutorService clock) {
    super(body);
    this.limit = limit;
    long period = Math.max(1, limit.toMillis() / 4);
    check = clock.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  private void check() {
    long since = readingSince;
    if (since != NOT_READING && System.nanoTime() - since > limit.toNanos()) {
      expired = true;
      try {
        in.close(); // wakes the reader
      } catch (IOException e) {
        check.cancel(false); // the reader fails by itself
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    readingSince = System.nanoTime();
    try {
      int count = in.read(bytes, offset, length);
      requireLife();
      return count;
    } catch (IOException e) {
      requireLife();
      throw e;
    } finally {
      readingSince = NOT_READING;
    }
  }

  private void requireLife() throws HttpTimeoutException {
    if (expired) {
      throw new HttpTimeoutException("nothing came for " + limit.toMillis() / 1000.0 + " s");
    }
  }

  @Override
  public void close() throws IOException {
    check.cancel(false);
    super.close();
  }
}
