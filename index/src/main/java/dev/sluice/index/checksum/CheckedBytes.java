package dev.sluice.index.checksum;

import dev.sluice.error.DamagedException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A mapped file whose bytes are compared with their checksums before they are first used. Whoever
 * reads {@link #bytes} asks {@link #require} before; where the block is known to be sound, that is
 * a look into an array. Safe for use by several threads.
 */
public final class CheckedBytes {
  private final String name;
  private final MemorySegment bytes;
  private final FileChecksums checksums;
  private final byte[] sound;

  private CheckedBytes(String name, MemorySegment bytes, FileChecksums checksums, byte[] sound) {
    this.name = name;
    this.bytes = bytes;
    this.checksums = checksums;
    this.sound = sound;
  }

  /**
   * A file with checksums.
   *
   * @param name of the file, for messages
   * @throws DamagedException when it has another length
   */
  public static CheckedBytes of(String name, MemorySegment bytes, FileChecksums checksums) {
    if (bytes.byteSize() != checksums.length()) {
      throw new DamagedException(
          damaged(
              name, "expected %d bytes, found %d".formatted(checksums.length(), bytes.byteSize())));
    }
    return new CheckedBytes(name, bytes, checksums, checksums.soundBlocks());
  }

  /** A file of which there are no checksums: whatever it holds is taken for sound. */
  public static CheckedBytes unchecked(String name, MemorySegment bytes) {
    int blocks = Math.toIntExact(FileChecksums.blocks(bytes.byteSize()));
    byte[] sound = new byte[blocks];
    Arrays.fill(sound, (byte) 1);
    return new CheckedBytes(
        name, bytes, new FileChecksums(bytes.byteSize(), new int[blocks]), sound);
  }

  public MemorySegment bytes() {
    return bytes;
  }

  /**
   * Sees to it that bytes are sound.
   *
   * @param from where they start; they lie within the file
   * @param length how many, at least 1
   * @throws DamagedException when they do not match their checksums
   */
  public void require(long from, long length) {
    int first = (int) (from >>> FileChecksums.BLOCK_SHIFT);
    int last = (int) ((from + length - 1) >>> FileChecksums.BLOCK_SHIFT);
    if (sound[first] == 0 || sound[last] == 0 || last > first + 1) {
      compare(first, last);
    }
  }

  private void compare(int first, int last) {
    for (int block = first; block <= last; block++) {
      if (sound[block] == 0 && !checksums.compare(bytes, block)) {
        long from = (long) block << FileChecksums.BLOCK_SHIFT;
        long to = Math.min(from + FileChecksums.BLOCK, checksums.length());
        throw new DamagedException(
            damaged(name, "bytes %d to %d do not match their checksum".formatted(from, to)));
      }
    }
  }

  static String damaged(String file, String found) {
    return file
        + ": "
        + found
        + "; the file is damaged: mend the index with 'sluice index repair', or restore it from a"
        + " copy";
  }
}
