package dev.sluice.index.checksum;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.RandomAccessInput;

/**
 * Reads a mapped file, or a slice of it, as Lucene's own input of mapped files does, and compares
 * blocks with their checksums before they are first used. What is read in a row costs no more than
 * the comparison with the end of the file that is needed anyway.
 *
 * <p>It is no {@code MemorySegmentAccessInput}: through that, Lucene would read bytes that nobody
 * has compared.
 */
final class CheckedInput extends IndexInput implements RandomAccessInput {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final IndexInput file;
  private final CheckedBytes checked;
  private final MemorySegment bytes;
  private final boolean closesFile;

  // Positions in the file.
  private final long start;
  private final long end;
  private long at;

  /** Bytes from {@link #at} up to here are sound and of this slice. */
  private long soundTo;

  /** The whole file; closes it. */
  CheckedInput(IndexInput file, CheckedBytes checked) {
    this(file.toString(), file, checked, true, 0, file.length());
  }

  private CheckedInput(
      String description,
      IndexInput file,
      CheckedBytes checked,
      boolean closesFile,
      long start,
      long end) {
    super(description);
    this.file = file;
    this.checked = checked;
    this.bytes = checked.bytes();
    this.closesFile = closesFile;
    this.start = start;
    this.end = end;
    at = start;
    soundTo = start;
  }

  private void require(long count) throws EOFException {
    long to = at + count;
    if (to > end) {
      throw new EOFException("read past the end: " + this);
    }
    checked.require(at, count);
    long blockEnd = ((to - 1) | (FileChecksums.BLOCK - 1)) + 1;
    soundTo = Math.min(end, blockEnd);
  }

  @Override
  public byte readByte() throws IOException {
    if (at >= soundTo) {
      require(Byte.BYTES);
    }
    return bytes.get(BYTE, at++);
  }

  @Override
  public short readShort() throws IOException {
    if (at + Short.BYTES > soundTo) {
      require(Short.BYTES);
    }
    short value = bytes.get(SHORT, at);
    at += Short.BYTES;
    return value;
  }

  @Override
  public int readInt() throws IOException {
    if (at + Integer.BYTES > soundTo) {
      require(Integer.BYTES);
    }
    int value = bytes.get(INT, at);
    at += Integer.BYTES;
    return value;
  }

  @Override
  public long readLong() throws IOException {
    if (at + Long.BYTES > soundTo) {
      require(Long.BYTES);
    }
    long value = bytes.get(LONG, at);
    at += Long.BYTES;
    return value;
  }

  @Override
  public void readBytes(byte[] target, int offset, int count) throws IOException {
    long length = begin(count, Byte.BYTES);
    MemorySegment.copy(bytes, BYTE, at, target, offset, count);
    at += length;
  }

  @Override
  public void readInts(int[] target, int offset, int count) throws IOException {
    long length = begin(count, Integer.BYTES);
    MemorySegment.copy(bytes, INT, at, target, offset, count);
    at += length;
  }

  @Override
  public void readLongs(long[] target, int offset, int count) throws IOException {
    long length = begin(count, Long.BYTES);
    MemorySegment.copy(bytes, LONG, at, target, offset, count);
    at += length;
  }

  @Override
  public void readFloats(float[] target, int offset, int count) throws IOException {
    long length = begin(count, Float.BYTES);
    MemorySegment.copy(bytes, FLOAT, at, target, offset, count);
    at += length;
  }

  /** Sees to the next values; returns their length in bytes. */
  private long begin(int count, int size) throws EOFException {
    long length = (long) count * size;
    if (length > 0 && at + length > soundTo) {
      require(length);
    }
    return length;
  }

  @Override
  public byte readByte(long position) throws IOException {
    return bytes.get(BYTE, soundAt(position, Byte.BYTES));
  }

  @Override
  public short readShort(long position) throws IOException {
    return bytes.get(SHORT, soundAt(position, Short.BYTES));
  }

  @Override
  public int readInt(long position) throws IOException {
    return bytes.get(INT, soundAt(position, Integer.BYTES));
  }

  @Override
  public long readLong(long position) throws IOException {
    return bytes.get(LONG, soundAt(position, Long.BYTES));
  }

  @Override
  public void readBytes(long position, byte[] target, int offset, int count) throws IOException {
    if (count > 0) {
      MemorySegment.copy(bytes, BYTE, soundAt(position, count), target, offset, count);
    }
  }

  /** The position in the file of bytes of this slice. */
  private long soundAt(long position, int count) throws EOFException {
    long from = start + position;
    if (position < 0 || from + count > end) {
      throw new EOFException("read past the end: " + this);
    }
    checked.require(from, count);
    return from;
  }

  @Override
  public long getFilePointer() {
    return at - start;
  }

  @Override
  public void seek(long position) throws IOException {
    long target = start + position;
    if (position < 0 || target > end) {
      throw new EOFException("seek past the end: " + this);
    }
    at = target;
    soundTo = target;
  }

  @Override
  public long length() {
    return end - start;
  }

  @Override
  public CheckedInput clone() {
    CheckedInput clone = new CheckedInput(toString(), file, checked, false, start, end);
    clone.at = at;
    clone.soundTo = at;
    return clone;
  }

  @Override
  public CheckedInput slice(String description, long offset, long length) {
    if (offset < 0 || length < 0 || offset + length > length()) {
      throw new IllegalArgumentException(
          "slice " + description + " of " + length + " bytes at " + offset + " in " + this);
    }
    return new CheckedInput(
        getFullSliceDescription(description),
        file,
        checked,
        false,
        start + offset,
        start + offset + length);
  }

  @Override
  public void prefetch(long offset, long length) throws IOException {
    file.prefetch(start + offset, length);
  }

  @Override
  public Optional<Boolean> isLoaded() {
    return file.isLoaded();
  }

  @Override
  public void close() throws IOException {
    if (closesFile) {
      file.close();
    }
  }
}
