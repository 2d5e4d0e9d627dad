package dev.sluice.index.checksum;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/**
 * What a file has to hold: its length and the CRC-32C of each block of {@value #BLOCK} bytes, the
 * last one shorter. Remembers which blocks were seen to be sound: files of an index never change,
 * so that a block is compared once, however often it is read and by however many snapshots. Safe
 * for use by several threads.
 */
public final class FileChecksums {
  static final int BLOCK_SHIFT = 14;

  /**
   * Small enough that the first look at a vector costs two microseconds, large enough that the
   * checksums take a 4,096th of the files.
   */
  static final int BLOCK = 1 << BLOCK_SHIFT;

  private final long length;
  private final int[] checksums;

  /**
   * By block, 1 where it was seen to be sound. Without synchronisation: whoever misses the writing
   * of another thread compares the block once more.
   */
  private final byte[] sound;

  FileChecksums(long length, int[] checksums) {
    if (length < 0 || checksums.length != blocks(length)) {
      throw new IllegalArgumentException(
          length + " bytes do not have " + checksums.length + " blocks");
    }
    this.length = length;
    this.checksums = checksums;
    this.sound = new byte[checksums.length];
  }

  static long blocks(long length) {
    return (length + BLOCK - 1) >>> BLOCK_SHIFT;
  }

  /** The checksums of a file as it is now. */
  public static FileChecksums of(Path file) throws IOException {
    Recorder recorder = new Recorder();
    read(file, (block, count) -> recorder.block(block, 0, count));
    return recorder.finish();
  }

  /** The length of the file in bytes. */
  public long length() {
    return length;
  }

  int[] checksums() {
    return checksums;
  }

  byte[] soundBlocks() {
    return sound;
  }

  boolean equalTo(FileChecksums other) {
    return length == other.length && Arrays.equals(checksums, other.checksums);
  }

  /** Whether a block has its checksum; remembered if so. */
  boolean compare(MemorySegment file, int block) {
    long from = (long) block << BLOCK_SHIFT;
    CRC32C checksum = new CRC32C();
    checksum.update(file.asSlice(from, Math.min(BLOCK, length - from)).asByteBuffer());
    boolean matches = (int) checksum.getValue() == checksums[block];
    if (matches) {
      sound[block] = 1;
    }
    return matches;
  }

  /**
   * Reads the whole file and compares it.
   *
   * @param progress is told of bytes as they are read
   * @return what differs, in words; empty when nothing does
   */
  public String difference(Path file, LongConsumer progress) throws IOException {
    Recorder recorder = new Recorder();
    read(
        file,
        (block, count) -> {
          recorder.block(block, 0, count);
          progress.accept(count);
        });
    FileChecksums found = recorder.finish();
    if (found.length != length) {
      return "expected %,d bytes, found %,d".formatted(length, found.length);
    }
    int first = Arrays.mismatch(checksums, found.checksums);
    if (first < 0) {
      return "";
    }
    long blocks = 0;
    for (int i = first; i < checksums.length; i++) {
      blocks += checksums[i] == found.checksums[i] ? 0 : 1;
    }
    long from = (long) first << BLOCK_SHIFT;
    return "%,d of %,d blocks do not match their checksum, the first from byte %d to %d"
        .formatted(blocks, checksums.length, from, Math.min(from + BLOCK, length));
  }

  private interface BlockReader {
    void block(byte[] block, int length);
  }

  private static void read(Path file, BlockReader reader) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
      while (channel.read(buffer) >= 0) {
        if (!buffer.hasRemaining()) {
          reader.block(buffer.array(), BLOCK);
          buffer.clear();
        }
      }
      if (buffer.position() > 0) {
        reader.block(buffer.array(), buffer.position());
      }
    }
  }

  /** Takes the blocks of a file one after the other. */
  static final class Recorder {
    private final CRC32C checksum = new CRC32C();
    private int[] checksums = new int[4];
    private int blocks;
    private long length;

    /**
     * @param count {@link #BLOCK}, but for the last block
     */
    void block(byte[] bytes, int from, int count) {
      checksum.reset();
      checksum.update(bytes, from, count);
      if (blocks == checksums.length) {
        checksums = Arrays.copyOf(checksums, 2 * blocks);
      }
      checksums[blocks++] = (int) checksum.getValue();
      length += count;
    }

    FileChecksums finish() {
      return new FileChecksums(length, Arrays.copyOf(checksums, blocks));
    }
  }
}
