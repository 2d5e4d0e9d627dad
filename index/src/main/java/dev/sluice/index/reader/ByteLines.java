package dev.sluice.index.reader;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a stream as bytes, without line feeds and without a UTF-8 byte order mark at the
 * start of the stream; one at a time, in a buffer that is used again.
 */
final class ByteLines {

  private final InputStream in;
  private final int longest;
  private final byte[] chunk = new byte[1 << 16];
  private int chunkAt;
  private int chunkEnd;
  private byte[] line = new byte[1 << 12];
  private int length;
  private boolean tooLong;
  private long number;

  /**
   * @param longest most bytes of a line that are kept
   */
  ByteLines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /**
   * Goes to the next line; false at the end of the stream.
   *
   * @throws IOException where the stream fails; the line begun is lost, those before it are not
   */
  boolean next() throws IOException {
    if (!readNext()) {
      return false;
    }
    if (number == 1 && startsWithMark()) {
      length -= 3;
      System.arraycopy(line, 3, line, 0, length);
    }
    return true;
  }

  private boolean startsWithMark() {
    return length >= 3
        && line[0] == (byte) 0xef
        && line[1] == (byte) 0xbb
        && line[2] == (byte) 0xbf;
  }

  private boolean readNext() throws IOException {
    length = 0;
    tooLong = false;
    boolean begun = false;
    while (true) {
      if (chunkAt == chunkEnd) {
        chunkAt = 0;
        chunkEnd = Math.max(0, in.read(chunk, 0, chunk.length));
        if (chunkEnd == 0) {
          number += begun ? 1 : 0;
          return begun;
        }
      }
      begun = true;
      int end = chunkAt;
      while (end < chunkEnd && chunk[end] != '\n') {
        end++;
      }
      append(chunkAt, end);
      chunkAt = Math.min(end + 1, chunkEnd);
      if (end < chunkEnd) {
        number++;
        return true;
      }
    }
  }

  /** The bytes of the line, valid up to {@link #length} and until the next one. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  /** Whether the line has more bytes than are kept. */
  boolean isTooLong() {
    return tooLong;
  }

  /** The number of the line, from 1. */
  long number() {
    return number;
  }

  private void append(int from, int to) {
    int added = to - from;
    if (tooLong || length + (long) added > longest) {
      tooLong = true;
      length = 0;
      return;
    }
    if (length + added > line.length) {
      line =
          Arrays.copyOf(line, (int) Math.min(longest, Math.max(length + added, 2L * line.length)));
    }
    System.arraycopy(chunk, from, line, length, added);
    length += added;
  }
}
