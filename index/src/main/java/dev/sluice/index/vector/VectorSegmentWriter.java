package dev.sluice.index.vector;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.StringHelper;

/**
 * Writes the vectors of a run of passages, and the HNSW graph over them, as one file.
 *
 * <p>The bytes; int and float are 32 bits, little-endian, except where {@link CodecUtil} says
 * otherwise:
 *
 * <table>
 * <caption>A segment file</caption>
 * <tr><th>what<th>bytes
 * <tr><td>header<td>{@link CodecUtil#writeIndexHeader}: codec "SluiceVectors", version 1, a random
 *     id of 16 bytes, empty suffix
 * <tr><td>counts<td>int size, int dimensions, int m (0: no graph), int entry node (0 without a
 *     graph), int L = number of levels above level 0, int bits of a code (8 or 4), int size of level
 *     1, ..., of level L
 * <tr><td>passages<td>{@code size} ints: passage numbers, ascending. Node {@code i} below is the
 *     vector of the {@code i}-th
 * <tr><td>levels 1 to L<td>for each level: its nodes as ascending ints; then for each of them, in
 *     that order, int number of links and {@code m} ints, the links, 0 where there are fewer
 * <tr><td>padding<td>zeros up to a multiple of 32
 * <tr><td>nodes<td>{@code size} records of one length, a multiple of 32: the codes, {@code
 *     dimensions} signed bytes or nibbles ({@link CodeWidth}); zeros up to a multiple of 4; float
 *     scale; with a graph, short number of links on level 0 and {@code 2 * m} links, 0 where there
 *     are fewer, each of as many bits as {@code size - 1} has, the lowest bits of the first byte
 *     first; zeros up to the length
 * <tr><td>footer<td>{@link CodecUtil#writeFooter}: magic, algorithm, CRC-32 of all before
 * </table>
 *
 * <p>Version 0 has no bits of a code, which are 8; its records start at and fill up multiples of
 * 64; numbers of links, and links, are ints.
 *
 * <p>A component is about {@code scale * code} (see the error at {@code VectorCodes}). Scale and
 * links lie beside the codes because a search that reads one needs the others.
 *
 * <p>A search of a graph (Malkov and Yashunin, <a
 * href="https://arxiv.org/abs/1603.09320">arXiv:1603.09320</a>) looks at links in the order in
 * which they are stored. hnswlib-java draws levels from an unseeded generator, so two files of the
 * same vectors differ.
 *
 * <p>Vectors are held in memory as codes, 1 byte per dimension, until {@link #finish}, and linked
 * by these, whatever the file keeps of them; building a graph takes about 500 bytes more for each.
 * Not safe for use by several threads.
 */
public final class VectorSegmentWriter {

  /**
   * Segments of fewer vectors get no graph: their scan is exact, and at this size as quick as the
   * walk of a graph at ef = 100. {@code VectorBenchmark}, 384 dimensions, CPU time of a Zen 5 core:
   * scan 58 us and walk 75 us at 2,000 vectors, 110 and 110 at 4,000, 205 and 108 at 8,000, 525 and
   * 152 at 20,000.
   */
  static final int MIN_GRAPH_SIZE = 4096;

  private final int dimensions;
  private final CodeWidth width;
  private final int minGraphSize;
  private final List<VectorCodes> vectors = new ArrayList<>();
  private int[] passages = new int[64];

  /**
   * @param dimensions of all vectors, from 1 to 65,536
   * @param width of the codes in the file
   */
  public VectorSegmentWriter(int dimensions, CodeWidth width) {
    this(dimensions, width, MIN_GRAPH_SIZE);
  }

  VectorSegmentWriter(int dimensions, CodeWidth width, int minGraphSize) {
    if (dimensions < 1 || dimensions > SegmentLayout.MAX_DIMENSIONS) {
      throw new InvalidInputException(
          "dimensions: expected 1 to %d, got %d; check the embedder"
              .formatted(SegmentLayout.MAX_DIMENSIONS, dimensions));
    }
    this.dimensions = dimensions;
    this.width = width;
    this.minGraphSize = minGraphSize;
  }

  /**
   * A writer whose segment gets no graph, whatever its size: one that will soon be merged, and so
   * keeps its vectors as exact as they are.
   */
  static VectorSegmentWriter withoutGraph(int dimensions) {
    return new VectorSegmentWriter(dimensions, CodeWidth.BYTE, Integer.MAX_VALUE);
  }

  /** The number of vectors added. */
  public int size() {
    return vectors.size();
  }

  /**
   * Adds the vector of a passage.
   *
   * @param passage number of the passage, greater than all before, at least 0
   * @param vector of unit length, so that scores are cosines; not kept
   * @throws InvalidInputException when passages do not ascend, or the vector has other dimensions
   *     or a component that is not finite
   */
  public void add(int passage, float[] vector) {
    if (vector.length != dimensions) {
      throw new InvalidInputException(
          "vector of passage %d: expected %d dimensions, found %d; an index takes one embedder"
              .formatted(passage, dimensions, vector.length));
    }
    add(passage, VectorCodes.of(vector, "vector of passage " + passage));
  }

  void add(int passage, VectorCodes vector) {
    int size = vectors.size();
    int previous = size == 0 ? -1 : passages[size - 1];
    if (passage <= previous) {
      throw new InvalidInputException(
          "passage %d: expected a number above %d, that of the passage before"
              .formatted(passage, previous));
    }
    if (size == passages.length) {
      passages = Arrays.copyOf(passages, size + (size >> 1));
    }
    passages[size] = passage;
    vectors.add(vector);
  }

  /**
   * Builds the graph and writes the file; the writer is of no use afterwards. When it fails, no
   * file is left. The file is not synced: that is for the commit to do.
   *
   * @param name of the new file in {@code directory}
   * @param threads how many build the graph at most, at least 1; never more than there are
   *     processors
   * @throws InterruptedException when the thread is interrupted while the graph is built
   */
  public void finish(Directory directory, String name, GraphParameters parameters, int threads)
      throws IOException, InterruptedException {
    if (vectors.size() < minGraphSize || vectors.isEmpty()) {
      write(
          directory,
          name,
          new SegmentLayout(width, vectors.size(), dimensions, 0, 0, new int[0]),
          null);
      return;
    }
    Graph graph = GraphBuilder.build(vectors, parameters, threads);
    finish(directory, name, graph, parameters.m());
  }

  /**
   * Writes the file with a graph that is already there.
   *
   * @param m of the graph
   */
  void finish(Directory directory, String name, Graph graph, int m) throws IOException {
    int[] levelSizes = new int[graph.topLevel()];
    for (int[][] links : graph.links()) {
      for (int level = 1; level < links.length; level++) {
        levelSizes[level - 1]++;
      }
    }
    write(
        directory,
        name,
        new SegmentLayout(width, vectors.size(), dimensions, m, graph.entry(), levelSizes),
        graph.links());
  }

  private void write(Directory directory, String name, SegmentLayout layout, int[][][] links)
      throws IOException {
    boolean complete = false;
    try {
      try (IndexOutput out = directory.createOutput(name, IOContext.DEFAULT)) {
        CodecUtil.writeIndexHeader(
            out, SegmentLayout.CODEC, SegmentLayout.VERSION_CURRENT, StringHelper.randomId(), "");
        writeCounts(out, layout);
        for (int i = 0; i < vectors.size(); i++) {
          out.writeInt(passages[i]);
        }
        for (int level = 1; level <= layout.levels(); level++) {
          writeLevel(out, layout.m(), level, links);
        }
        pad(out, layout.nodesAt());
        for (int i = 0; i < vectors.size(); i++) {
          writeNode(out, layout, i, links);
        }
        CodecUtil.writeFooter(out);
      }
      complete = true;
    } finally {
      if (!complete) {
        IOUtils.deleteFilesIgnoringExceptions(directory, name);
      }
    }
  }

  private static void writeCounts(IndexOutput out, SegmentLayout layout) throws IOException {
    out.writeInt(layout.size());
    out.writeInt(layout.dimensions());
    out.writeInt(layout.m());
    out.writeInt(layout.entry());
    out.writeInt(layout.levels());
    out.writeInt(layout.width().bits());
    for (int levelSize : layout.levelSizes()) {
      out.writeInt(levelSize);
    }
  }

  private static void writeLevel(IndexOutput out, int m, int level, int[][][] links)
      throws IOException {
    for (int node = 0; node < links.length; node++) {
      if (links[node].length > level) {
        out.writeInt(node);
      }
    }
    for (int[][] own : links) {
      if (own.length > level) {
        writeLinks(out, own[level], m);
      }
    }
  }

  private void writeNode(IndexOutput out, SegmentLayout layout, int node, int[][][] links)
      throws IOException {
    long start = layout.nodesAt() + (long) node * layout.stride();
    VectorCodes vector = vectors.get(node).within(width);
    byte[] packed = width.pack(vector.codes());
    out.writeBytes(packed, packed.length);
    pad(out, start + layout.scaleOffset());
    out.writeInt(Float.floatToIntBits(vector.scale()));
    if (layout.hasGraph()) {
      int[] lowest = links[node][0];
      checkCount(lowest, 2 * layout.m());
      out.writeShort((short) lowest.length);
      writePacked(out, lowest, layout.linkBits());
    }
    pad(out, start + layout.stride());
  }

  private static void writePacked(IndexOutput out, int[] links, int bitsOfLink) throws IOException {
    long pending = 0;
    int bits = 0;
    for (int link : links) {
      pending |= (long) link << bits;
      bits += bitsOfLink;
      for (; bits >= Byte.SIZE; bits -= Byte.SIZE) {
        out.writeByte((byte) pending);
        pending >>>= Byte.SIZE;
      }
    }
    if (bits > 0) {
      out.writeByte((byte) pending);
    }
  }

  private static void checkCount(int[] links, int most) {
    if (links.length > most) {
      throw new IllegalStateException(
          "graph: expected at most %d links of a node, found %d".formatted(most, links.length));
    }
  }

  private static void writeLinks(IndexOutput out, int[] links, int most) throws IOException {
    checkCount(links, most);
    out.writeInt(links.length);
    for (int i = 0; i < most; i++) {
      out.writeInt(i < links.length ? links[i] : 0);
    }
  }

  private static void pad(IndexOutput out, long until) throws IOException {
    while (out.getFilePointer() < until) {
      out.writeByte((byte) 0);
    }
  }
}
