package dev.sluice.index.vector;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.util.StringHelper;

/**
 * Where the parts of a segment file lie; {@link VectorSegmentWriter} says what they hold. All
 * offsets are in bytes from the start of the file.
 *
 * @param version of the file
 * @param width of the codes
 * @param size number of vectors
 * @param dimensions of each vector, from 1
 * @param m as in {@link GraphParameters}; 0 when there is no graph
 * @param entry node that searches start at; 0 when there is no graph
 * @param levelSizes number of nodes on levels 1, 2, ...
 */
@SuppressWarnings("ArrayRecordComponent") // layouts are never compared
record SegmentLayout(
    int version, CodeWidth width, int size, int dimensions, int m, int entry, int[] levelSizes) {
  static final String CODEC = "SluiceVectors";
  static final int VERSION_START = 0;
  static final int VERSION_CURRENT = 1;

  /** More would mean that one number of the file is wrong: level n holds about size / m^n nodes. */
  static final int MAX_LEVELS = 64;

  /** Codes of 1,024 times the most common dimensions; keeps a dot product within an int. */
  static final int MAX_DIMENSIONS = 1 << 16;

  /** Nodes start at multiples of the longest vector load, so that none crosses a cache line. */
  private static final int ALIGNMENT = 32;

  private static final int ALIGNMENT_OF_VERSION_0 = 64;

  static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Size, dimensions, m, entry, number of levels and bits of a code, which version 0 lacks. */
  private static final int FIXED_COUNTS = 6;

  /** A layout of the current version. */
  SegmentLayout(CodeWidth width, int size, int dimensions, int m, int entry, int[] levelSizes) {
    this(VERSION_CURRENT, width, size, dimensions, m, entry, levelSizes);
  }

  private static int fixedCounts(int version) {
    return version == 0 ? FIXED_COUNTS - 1 : FIXED_COUNTS;
  }

  boolean hasGraph() {
    return m > 0;
  }

  int levels() {
    return levelSizes.length;
  }

  static int headerLength() {
    return CodecUtil.headerLength(CODEC) + StringHelper.ID_LENGTH + 1;
  }

  /** The least length of any segment file. */
  static int leastLength() {
    return headerLength() + fixedCounts(0) * Integer.BYTES + CodecUtil.footerLength();
  }

  /** The bytes before the numbers of the passages, at most. */
  static int mostBeforePassages() {
    return headerLength() + (FIXED_COUNTS + MAX_LEVELS) * Integer.BYTES;
  }

  /**
   * Reads the counts; the caller has checked that the file has {@link #leastLength}.
   *
   * @param version of the file
   */
  static SegmentLayout read(MemorySegment file, int version) {
    long at = headerLength();
    int[] counts = new int[fixedCounts(version)];
    long afterCounts = at + (long) counts.length * Integer.BYTES;
    expect(afterCounts <= file.byteSize(), "an end within the counts");
    for (int i = 0; i < counts.length; i++) {
      counts[i] = file.get(INT, at + (long) i * Integer.BYTES);
    }
    int levels = counts[4];
    expect(levels >= 0 && levels <= MAX_LEVELS, levels + " levels");
    expect(afterCounts + (long) levels * Integer.BYTES <= file.byteSize(), "an end within levels");
    int[] levelSizes = new int[levels];
    for (int i = 0; i < levels; i++) {
      levelSizes[i] = file.get(INT, afterCounts + (long) i * Integer.BYTES);
    }
    CodeWidth width = CodeWidth.BYTE;
    if (version > 0) {
      expect(counts[5] == 4 || counts[5] == 8, "codes of " + counts[5] + " bits");
      width = CodeWidth.ofBits(counts[5]);
    }
    SegmentLayout layout =
        new SegmentLayout(version, width, counts[0], counts[1], counts[2], counts[3], levelSizes);
    layout.check();
    return layout;
  }

  private void check() {
    expect(size >= 0, size + " vectors");
    expect(dimensions >= 1 && dimensions <= MAX_DIMENSIONS, dimensions + " dimensions");
    expect(m >= 0 && m <= GraphParameters.MAX_M, "m = " + m);
    expect(hasGraph() ? entry >= 0 && entry < size : entry == 0, "entry node " + entry);
    expect(hasGraph() || levels() == 0, levels() + " levels without a graph");
    for (int levelSize : levelSizes) {
      expect(levelSize >= 1 && levelSize <= size, levelSize + " nodes on a level");
    }
  }

  private static void expect(boolean sound, String found) {
    if (!sound) {
      throw new IllegalArgumentException(found);
    }
  }

  long passagesAt() {
    return headerLength() + (long) (fixedCounts(version) + levels()) * Integer.BYTES;
  }

  /** The ascending nodes of a level from 1. */
  long levelNodesAt(int level) {
    long at = passagesAt() + (long) size * Integer.BYTES;
    for (int below = 1; below < level; below++) {
      at += (long) levelSizes[below - 1] * (1 + 1 + m) * Integer.BYTES;
    }
    return at;
  }

  /** The link lists of a level from 1, one record of {@link #levelStride} for each of its nodes. */
  long levelLinksAt(int level) {
    return levelNodesAt(level) + (long) levelSizes[level - 1] * Integer.BYTES;
  }

  long levelStride() {
    return (long) (1 + m) * Integer.BYTES;
  }

  long nodesAt() {
    return align(levelNodesAt(levels() + 1), alignment());
  }

  private int alignment() {
    return version == 0 ? ALIGNMENT_OF_VERSION_0 : ALIGNMENT;
  }

  /** Offset of the scale inside a node; its codes are at 0. */
  int scaleOffset() {
    return (int) align(width.bytes(dimensions), Float.BYTES);
  }

  /** Offset of the number of links inside a node, followed by the links. */
  int linksOffset() {
    return scaleOffset() + Float.BYTES;
  }

  /** Bytes of the number of links of a node on level 0. */
  int linkCountBytes() {
    return version == 0 ? Integer.BYTES : Short.BYTES;
  }

  /** Bits of a link on level 0. */
  int linkBits() {
    return version == 0
        ? Integer.SIZE
        : Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
  }

  int stride() {
    int links = hasGraph() ? linkCountBytes() + Math.ceilDiv(2 * m * linkBits(), Byte.SIZE) : 0;
    return (int) align((long) linksOffset() + links, alignment());
  }

  long footerAt() {
    return nodesAt() + (long) size * stride();
  }

  long fileLength() {
    return footerAt() + CodecUtil.footerLength();
  }

  private static long align(long offset, int alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }
}
