package dev.sluice.index.vector;

import static dev.sluice.index.vector.SegmentLayout.FLOAT;
import static dev.sluice.index.vector.SegmentLayout.INT;
import static dev.sluice.index.vector.SegmentLayout.LONG;
import static dev.sluice.index.vector.SegmentLayout.SHORT;

import dev.sluice.error.DamagedException;
import dev.sluice.index.checksum.CheckedBytes;
import java.lang.foreign.MemorySegment;

/** The nodes of a mapped segment file, read in place. Safe for use by several threads. */
final class MappedNodes {
  private final String name;
  private final CheckedBytes checked;
  private final MemorySegment file;
  private final SegmentLayout layout;

  // Of the layout, which computes them anew at each call.
  private final int size;
  private final long passagesAt;
  private final long nodesAt;
  private final long stride;
  private final int scaleOffset;
  private final int linksOffset;
  private final int mostLinks;
  private final CodeWidth width;
  private final int linkCountBytes;
  private final int linkBits;
  private final long linkMask;

  /** Without synchronisation: who misses it being set compares what is known to be sound. */
  private boolean passagesSound;

  MappedNodes(String name, CheckedBytes checked, SegmentLayout layout) {
    this.name = name;
    this.checked = checked;
    this.file = checked.bytes();
    this.layout = layout;
    size = layout.size();
    passagesAt = layout.passagesAt();
    nodesAt = layout.nodesAt();
    stride = layout.stride();
    scaleOffset = layout.scaleOffset();
    linksOffset = layout.linksOffset();
    mostLinks = 2 * layout.m();
    width = layout.width();
    linkCountBytes = layout.linkCountBytes();
    linkBits = layout.linkBits();
    linkMask = (1L << linkBits) - 1;
  }

  SegmentLayout layout() {
    return layout;
  }

  int size() {
    return size;
  }

  int passage(int node) {
    requirePassages();
    return file.get(INT, passagesAt + (long) node * Integer.BYTES);
  }

  /** As {@link #passage}, where others of the numbers may be damaged. */
  int passageInSoundBlock(int node) {
    long at = passagesAt + (long) node * Integer.BYTES;
    checked.require(at, Integer.BYTES);
    return file.get(INT, at);
  }

  /** The node of a passage; negative when the segment does not hold it. */
  int nodeOf(int passage) {
    requirePassages();
    return search(passagesAt, size, passage);
  }

  /** Compares all numbers at once when the first is asked for: 4 bytes of some 500 of a vector. */
  private void requirePassages() {
    if (!passagesSound && size > 0) {
      checked.require(passagesAt, (long) size * Integer.BYTES);
      passagesSound = true;
    }
  }

  /** Where the record of a node is, with links and all: its bytes are sound. */
  private long soundNode(int node) {
    long at = nodesAt + node * stride;
    checked.require(at, stride);
    return at;
  }

  /** The distance of graphs between a coded query and a node. */
  float distance(DotProduct dotProduct, VectorCodes query, int node) {
    long at = soundNode(node);
    int dot = dotProduct.dot(query.codes(), file, at, width);
    return VectorCodes.distance(query.scale(), file.get(FLOAT, at + scaleOffset), dot);
  }

  /**
   * The {@linkplain #distance distances} between a coded query and the first {@code count} nodes of
   * the scratch memory's batch.
   */
  void distances(DotProduct dotProduct, VectorCodes query, SearchScratch scratch, int count) {
    long[] offsets = scratch.batchOffsets;
    for (int i = 0; i < count; i++) {
      offsets[i] = soundNode(scratch.batch[i]);
    }
    int[] dots = scratch.batchDots;
    dotProduct.dots(query.codes(), file, offsets, count, width, linksOffset, dots);
    for (int i = 0; i < count; i++) {
      float scale = file.get(FLOAT, offsets[i] + scaleOffset);
      scratch.batchDistances[i] = VectorCodes.distance(query.scale(), scale, dots[i]);
    }
  }

  /** The dot product of a query and the stored vector of a node. */
  float score(DotProduct dotProduct, float[] query, int node) {
    long at = soundNode(node);
    return dotProduct.dot(query, file, at, width) * file.get(FLOAT, at + scaleOffset);
  }

  VectorCodes codes(int node) {
    long at = soundNode(node);
    byte[] codes = new byte[layout.dimensions()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) width.code(file, at, i);
    }
    return new VectorCodes(codes, file.get(FLOAT, at + scaleOffset));
  }

  /** Whether a node is on a level from 1. */
  boolean isOnLevel(int node, int level) {
    return indexOnLevel(node, level) >= 0;
  }

  private int indexOnLevel(int node, int level) {
    long at = layout.levelNodesAt(level);
    int count = layout.levelSizes()[level - 1];
    checked.require(at, (long) count * Integer.BYTES);
    return search(at, count, node);
  }

  /** Where the links of a node on a level are: for {@link #linkCount} and {@link #link}. */
  long linksAt(int node, int level) {
    if (level == 0) {
      return soundNode(node) + linksOffset;
    }
    int index = indexOnLevel(node, level);
    if (index < 0) {
      throw damaged("node " + node + " on level " + level + ", found none");
    }
    long at = layout.levelLinksAt(level) + index * layout.levelStride();
    checked.require(at, layout.levelStride());
    return at;
  }

  int linkCount(long linksAt, int level) {
    int count =
        level == 0 && linkCountBytes == Short.BYTES
            ? file.get(SHORT, linksAt)
            : file.get(INT, linksAt);
    if (count < 0 || count > (level == 0 ? mostLinks : layout.m())) {
      throw damaged("no more links of a node than m allows, found " + count);
    }
    return count;
  }

  int link(long linksAt, int level, int i) {
    int node =
        level == 0 ? lowestLink(linksAt, i) : file.get(INT, linksAt + (1L + i) * Integer.BYTES);
    if (node < 0 || node >= size) {
      throw damaged("links below " + size + ", found " + node);
    }
    return node;
  }

  /** Reads up to 7 bytes beyond the links: at least the footer is there. */
  private int lowestLink(long linksAt, int i) {
    long bit = (long) i * linkBits;
    long bits = file.get(LONG, linksAt + linkCountBytes + (bit >> 3));
    return (int) (bits >>> (bit & 7) & linkMask);
  }

  private DamagedException damaged(String expectedAndFound) {
    return new DamagedException(
        name + ": expected " + expectedAndFound + "; the file is damaged, build the index again");
  }

  /** The position of a value among ascending ints, or a negative number. */
  private int search(long at, int count, int value) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = file.get(INT, at + (long) middle * Integer.BYTES);
      if (found < value) {
        low = middle + 1;
      } else if (found > value) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -1;
  }
}
