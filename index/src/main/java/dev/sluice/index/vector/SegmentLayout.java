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
 * @param size number of vectors
 * @param dimensions of each vector, from 1
 * @param m as in {@link GraphParameters}; 0 when there is no graph
 * @param entry node that searches start at; 0 when there is no graph
 * @param levelSizes number of nodes on levels 1, 2, ...
 */
@SuppressWarnings("ArrayRecordComponent") // layouts are never compared
record SegmentLayout(int size, int dimensions, int m, int entry, int[] levelSizes) {
  static final String CODEC = "SluiceVectors";
  static final int VERSION_START = 0;
  static final int VERSION_CURRENT = 0;

  /** More would mean that one number of the file is wrong: level n holds about size / m^n nodes. */
  static final int MAX_LEVELS = 64;

  /** Codes of 1,024 times the most common dimensions; keeps a dot product within an int. */
  static final int MAX_DIMENSIONS = 1 << 16;

  /** Nodes start at multiples of a cache line, so that no vector load crosses one. */
  static final int ALIGNMENT = 64;

  static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Size, dimensions, m, entry and number of levels. */
  private static final int FIXED_COUNTS = 5;

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
    return headerLength() + FIXED_COUNTS * Integer.BYTES + CodecUtil.footerLength();
  }

  /** The bytes before the numbers of the passages, at most. */
  static int mostBeforePassages() {
    return headerLength() + (FIXED_COUNTS + MAX_LEVELS) * Integer.BYTES;
  }

  /** Reads the counts; the caller has checked that the file has {@link #leastLength}. */
  static SegmentLayout read(MemorySegment file) {
    long at = headerLength();
    int[] counts = new int[FIXED_COUNTS];
    for (int i = 0; i < FIXED_COUNTS; i++) {
      counts[i] = file.get(INT, at + (long) i * Integer.BYTES);
    }
    int levels = counts[4];
    long afterCounts = at + (long) FIXED_COUNTS * Integer.BYTES;
    if (levels < 0 || levels > MAX_LEVELS) {
      throw new IllegalArgumentException(levels + " levels");
    }
    if (afterCounts + (long) levels * Integer.BYTES > file.byteSize()) {
      throw new IllegalArgumentException("an end within the counts");
    }
    int[] levelSizes = new int[levels];
    for (int i = 0; i < levels; i++) {
      levelSizes[i] = file.get(INT, afterCounts + (long) i * Integer.BYTES);
    }
    SegmentLayout layout =
        new SegmentLayout(counts[0], counts[1], counts[2], counts[3], levelSizes);
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
    return headerLength() + (long) (FIXED_COUNTS + levels()) * Integer.BYTES;
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
    return align(levelNodesAt(levels() + 1), ALIGNMENT);
  }

  /** Offset of the scale inside a node; its codes are at 0. */
  int scaleOffset() {
    return (int) align(dimensions, Float.BYTES);
  }

  /** Offset of the number of links inside a node, followed by the links. */
  int linksOffset() {
    return scaleOffset() + Float.BYTES;
  }

  int stride() {
    int links = hasGraph() ? (1 + 2 * m) * Integer.BYTES : 0;
    return (int) align((long) linksOffset() + links, ALIGNMENT);
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
