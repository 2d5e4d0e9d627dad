package dev.sluice.index.vector;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.VersionException;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.checksum.CheckedBytes;
import dev.sluice.index.checksum.FileChecksums;
import dev.sluice.index.checksum.IndexChecksums;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.store.ByteArrayDataInput;

/**
 * A file of {@link VectorSegmentWriter}, mapped into memory and searched in place: opening reads a
 * few hundred bytes, and processes share the pages. Safe for use by several threads; whoever closes
 * it sees to it that no search is running (one that is fails with {@link IllegalStateException}).
 *
 * <p>Scores are dot products of the query as given with the stored vectors, which are quantised;
 * for vectors of unit length they are cosines, off by about 0.0004 where codes have 8 bits.
 */
public final class VectorSegment implements AutoCloseable {

  /**
   * How many vectors a scan scores in the time that the walk of a graph takes for each of the
   * {@code ef} it keeps: 40 to 58 at ef = 100 in segments of 4,000 to 20,000 vectors of 384
   * dimensions, by {@code VectorBenchmark} on a Zen 5 core.
   */
  private static final double SCANNED_PER_EF = 50;

  private final Path path;
  private final Arena arena;
  private final MemorySegment file;
  private final SegmentLayout layout;
  private final MappedNodes nodes;

  private VectorSegment(Path path, Arena arena, CheckedBytes checked, SegmentLayout layout) {
    this.path = path;
    this.arena = arena;
    this.file = checked.bytes();
    this.layout = layout;
    this.nodes = new MappedNodes(path.toString(), checked, layout);
  }

  /**
   * Maps a segment file of an index. What a search reads of it is compared with its checksums
   * before, where there are any.
   *
   * @param index the folder of the whole index
   * @param name of the segment
   * @throws DamagedException when the file is missing, truncated, something else, or does not match
   *     its checksums, as far as it is read here
   * @throws VersionException when a newer version wrote it
   */
  public static VectorSegment open(Path index, String name, IndexChecksums checksums)
      throws IOException {
    return open(
        index.resolve(VectorIndex.FOLDER).resolve(name),
        checksums.of(VectorIndex.FOLDER + "/" + name));
  }

  /**
   * Maps a segment file that has no checksums by block. Checks its header, footer magic and length.
   *
   * @throws DamagedException when the file is missing, truncated or something else
   * @throws VersionException when a newer version wrote it
   */
  public static VectorSegment open(Path path) throws IOException {
    return open(path, Optional.empty());
  }

  private static VectorSegment open(Path path, Optional<FileChecksums> checksums)
      throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      String where = path.toString();
      CheckedBytes checked =
          checksums
              .map(expected -> CheckedBytes.of(where, file, expected))
              .orElseGet(() -> CheckedBytes.unchecked(where, file));
      VectorSegment segment = new VectorSegment(path, arena, checked, check(path, checked));
      arena = null;
      return segment;
    } catch (NoSuchFileException e) {
      throw damaged(path, "a vector segment, found no file", e);
    } finally {
      if (arena != null) {
        arena.close();
      }
    }
  }

  private static SegmentLayout check(Path path, CheckedBytes checked) {
    MemorySegment file = checked.bytes();
    if (file.byteSize() < SegmentLayout.leastLength()) {
      throw damaged(
          path,
          "at least %d bytes, found %d".formatted(SegmentLayout.leastLength(), file.byteSize()),
          null);
    }
    // Header and counts.
    checked.require(0, Math.min(file.byteSize(), SegmentLayout.mostBeforePassages()));
    int version = version(path, file);
    SegmentLayout layout;
    try {
      layout = SegmentLayout.read(file, version);
    } catch (IllegalArgumentException e) {
      throw damaged(path, "sound counts, found " + e.getMessage(), e);
    }
    if (file.byteSize() != layout.fileLength()) {
      throw damaged(
          path, "%d bytes, found %d".formatted(layout.fileLength(), file.byteSize()), null);
    }
    checked.require(layout.footerAt(), CodecUtil.footerLength());
    ByteBuffer footer = footer(file);
    int magic = footer.getInt();
    int algorithm = footer.getInt();
    if (magic != CodecUtil.FOOTER_MAGIC || algorithm != 0) {
      throw damaged(path, "a checksum footer, found %08x %08x".formatted(magic, algorithm), null);
    }
    return layout;
  }

  /** The version in the header, which is checked. */
  private static int version(Path path, MemorySegment file) {
    byte[] header = new byte[SegmentLayout.headerLength()];
    MemorySegment.copy(file, 0, MemorySegment.ofArray(header), 0, header.length);
    int version;
    try {
      version =
          CodecUtil.checkHeader(
              new ByteArrayDataInput(header),
              SegmentLayout.CODEC,
              SegmentLayout.VERSION_START,
              SegmentLayout.VERSION_CURRENT);
    } catch (IndexFormatTooNewException e) {
      throw new VersionException(
          path
              + ": expected a vector segment of version "
              + SegmentLayout.VERSION_CURRENT
              + " or older, found a newer one; use the version of Sluice that wrote it, or build"
              + " the index again",
          e);
    } catch (IndexFormatTooOldException e) {
      throw new VersionException(
          path
              + ": expected a vector segment of version "
              + SegmentLayout.VERSION_START
              + " or newer, found an older one; build the index again",
          e);
    } catch (IOException | RuntimeException e) {
      throw damaged(path, "the header of a vector segment, found other bytes", e);
    }
    if (header[header.length - 1] != 0) {
      throw damaged(
          path, "an empty header suffix, found one of length " + header[header.length - 1], null);
    }
    return version;
  }

  private static ByteBuffer footer(MemorySegment file) {
    int length = CodecUtil.footerLength();
    return file.asSlice(file.byteSize() - length, length).asByteBuffer();
  }

  /**
   * Compares the whole file with its checksum.
   *
   * @throws DamagedException when they differ
   */
  public void verify() {
    ByteBuffer footer = footer(file);
    long expected = footer.getLong(2 * Integer.BYTES);
    long end = file.byteSize() - Long.BYTES;
    CRC32 checksum = new CRC32();
    for (long at = 0; at < end; ) {
      long length = Math.min(end - at, 1 << 24);
      checksum.update(file.asSlice(at, length).asByteBuffer());
      at += length;
    }
    if (checksum.getValue() != expected) {
      throw damaged(path, "checksum %x, found %x".formatted(expected, checksum.getValue()), null);
    }
  }

  /** The file it was opened from. */
  public Path path() {
    return path;
  }

  /** The number of vectors. */
  public int size() {
    return layout.size();
  }

  /** How its codes are kept. */
  CodeWidth width() {
    return layout.width();
  }

  public int dimensions() {
    return layout.dimensions();
  }

  /** The length of the file. */
  public long bytes() {
    return file.byteSize();
  }

  /** Whether it holds a graph; a segment of few vectors does not and is scanned. */
  public boolean hasGraph() {
    return layout.hasGraph();
  }

  public boolean contains(int passage) {
    return nodes.nodeOf(passage) >= 0;
  }

  /** The passage number of the {@code i}-th vector; numbers ascend with {@code i}. */
  public int passage(int i) {
    return nodes.passage(i);
  }

  /** A copy of the {@code i}-th vector. */
  VectorCodes codes(int i) {
    return nodes.codes(i);
  }

  MappedNodes nodes() {
    return nodes;
  }

  /**
   * The score of a stored passage.
   *
   * @return NaN when the segment does not hold the passage
   * @throws InvalidInputException when the query has other dimensions
   */
  public float score(float[] query, int passage) {
    checkDimensions(query);
    int node = nodes.nodeOf(passage);
    return node < 0 ? Float.NaN : nodes.score(DotProducts.forUse(1), query, node);
  }

  /**
   * The passages nearest to a query, best first; of equal scores the lower number first.
   *
   * @param query of unit length, finite
   * @param k how many to return at most, at least 1
   * @param ef how many the walk of the graph keeps while searching; more is slower and misses
   *     fewer. At least {@code k} are kept in any case
   * @throws InvalidInputException when the query has other dimensions or is not finite
   */
  public List<ScoredPassage> search(float[] query, int k, int ef, PassageFilter filter) {
    checkDimensions(query);
    TopPassages top = new TopPassages(k);
    search(
        DotProducts.forUse(layout.size()),
        query,
        VectorCodes.of(query, "query vector"),
        Math.max(k, ef),
        filter,
        top);
    return top.sorted();
  }

  /** Offers the nearest passages to {@code top}, with their exact scores. */
  void search(
      DotProduct dotProduct,
      float[] query,
      VectorCodes coded,
      int ef,
      PassageFilter filter,
      TopPassages top) {
    // Parts of a graph may be cut off from the rest: a walk that finds less than was asked for has
    // met one, or little is accepted.
    int enough = Math.min(top.k(), layout.size());
    if (!layout.hasGraph()
        || scanIsQuicker(ef, filter.share())
        || !walk(dotProduct, query, coded, ef, filter, top, enough)) {
      scan(dotProduct, query, filter, top);
    }
  }

  /** Offers the nearest passages that a walk of the graph finds, if they are enough. */
  boolean walk(
      DotProduct dotProduct,
      float[] query,
      VectorCodes coded,
      int ef,
      PassageFilter filter,
      TopPassages top,
      int enough) {
    SearchScratch scratch = SearchScratch.borrow();
    GraphWalk.search(nodes, dotProduct, coded, ef, filter, scratch);
    NodeHeap nearest = scratch.nearest;
    boolean found = nearest.size() >= enough;
    for (; !nearest.isEmpty(); nearest.removeFirst()) {
      int node = nearest.firstNode();
      if (found) {
        top.offer(nodes.passage(node), nodes.score(dotProduct, query, node));
      }
    }
    scratch.giveBack();
    return found;
  }

  void scan(DotProduct dotProduct, float[] query, PassageFilter filter, TopPassages top) {
    for (int node = 0; node < layout.size(); node++) {
      int passage = nodes.passage(node);
      if (filter.accepts().test(passage)) {
        top.offer(passage, nodes.score(dotProduct, query, node));
      }
    }
  }

  /** The fewer are accepted, the more nodes a walk meets, and the fewer a scan scores. */
  private boolean scanIsQuicker(int ef, double share) {
    return share * share * layout.size() <= SCANNED_PER_EF * ef;
  }

  /** About how long a search takes, in vectors that a scan scores in that time. */
  double cost(int ef, double share) {
    return hasGraph() && !scanIsQuicker(ef, share) ? SCANNED_PER_EF * ef : size();
  }

  void checkDimensions(float[] query) {
    if (query.length != layout.dimensions()) {
      throw new InvalidInputException(
          "query vector: expected %d dimensions as in %s, found %d; use the embedder of the index"
              .formatted(layout.dimensions(), path, query.length));
    }
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    arena.close();
  }

  private static DamagedException damaged(Path path, String expectedAndFound, Throwable cause) {
    return new DamagedException(
        path + ": expected " + expectedAndFound + "; the file is damaged, build the index again",
        cause);
  }
}
