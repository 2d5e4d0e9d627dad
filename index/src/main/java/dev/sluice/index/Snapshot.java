package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.lexical.LexicalIndex;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.store.StoredPassage;
import dev.sluice.index.vector.PassageFilter;
import dev.sluice.index.vector.VectorIndex;
import dev.sluice.index.vector.VectorSegment;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An immutable, consistent view of an index, as of one commit. Safe for use by several threads.
 * Later commits do not change it; {@link Index#refresh} gives a newer one.
 */
public final class Snapshot implements Closeable {
  private final IndexFolder folder;
  private final Manifest manifest;
  private final LexicalIndex lexical;
  private final DocumentStore store;
  private final VectorIndex vectors;
  private final DeletedPassages deleted;
  private final PassageFilter living;
  private int leases = 1;

  private Snapshot(
      IndexFolder folder,
      Manifest manifest,
      LexicalIndex lexical,
      DocumentStore store,
      VectorIndex vectors,
      DeletedPassages deleted) {
    this.folder = folder;
    this.manifest = manifest;
    this.lexical = lexical;
    this.store = store;
    this.vectors = vectors;
    this.deleted = deleted;
    living =
        deleted.isEmpty()
            ? PassageFilter.ALL
            : new PassageFilter(
                passage -> !deleted.contains(passage),
                Math.min(1, (double) manifest.passages() / Math.max(1, vectors.size())));
  }

  static Snapshot open(IndexFolder folder, Manifest manifest) throws IOException {
    LexicalIndex lexical =
        LexicalIndex.open(folder.lexical(), manifest.lexical(), manifest.settings().analyzer());
    try {
      DocumentStore store = DocumentStore.open(folder.store(manifest.store()));
      try {
        VectorIndex vectors = openVectors(folder.vectors(), manifest.vectors());
        DeletedPassages deleted =
            manifest.deletes().isEmpty()
                ? new DeletedPassages()
                : DeletedPassages.read(
                    folder.directory, manifest.deletes(), folder.path.toString());
        return new Snapshot(folder, manifest, lexical, store, vectors, deleted);
      } catch (IOException | RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      lexical.close();
      throw e;
    }
  }

  private static VectorIndex openVectors(Path folder, List<String> names) throws IOException {
    List<VectorSegment> segments = new ArrayList<>();
    try {
      for (String name : names) {
        segments.add(VectorSegment.open(folder.resolve(name)));
      }
      return new VectorIndex(segments);
    } catch (IOException | RuntimeException e) {
      segments.forEach(VectorSegment::close);
      throw e;
    }
  }

  /** The number of the commit. */
  public long generation() {
    return manifest.generation();
  }

  public IndexSettings settings() {
    return manifest.settings();
  }

  /** What the index holds, and how much room it takes. */
  public IndexStatistics statistics() {
    Map<String, Long> bytes = new LinkedHashMap<>();
    bytes.put("lexical", bytesOf(folder.lexical()));
    bytes.put("store", bytesOf(folder.store(manifest.store())));
    bytes.put("vectors", vectors.bytes());
    return new IndexStatistics(
        manifest.generation(),
        manifest.settings(),
        manifest.documents(),
        manifest.passages(),
        manifest.tokens(),
        manifest.textBytes(),
        deleted.count(),
        bytes);
  }

  private static long bytesOf(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lexical index: BM25 over passages. */
  public LexicalIndex lexical() {
    return lexical;
  }

  /** Whether passages have vectors. */
  public boolean hasVectors() {
    return vectors.size() > 0;
  }

  /**
   * The approximate nearest passages of a query vector.
   *
   * @param query of unit length, from the embedder of {@link #settings}
   * @param k how many at most
   * @param ef how wide to search, at least {@code k}: wider finds more of the true nearest and
   *     takes longer
   * @return dot products, best first
   */
  public List<ScoredPassage> nearest(float[] query, int k, int ef) {
    return vectors.search(query, k, ef, living);
  }

  /** The dot product of a query vector and a passage's; NaN where the passage has no vector. */
  public float similarity(float[] query, int passage) {
    return vectors.score(query, passage);
  }

  /**
   * A passage with its text.
   *
   * @throws InvalidInputException when there is no passage of this number
   */
  public Passage passage(int number) {
    StoredPassage passage =
        store
            .passage(number)
            .orElseThrow(() -> new InvalidInputException("there is no passage " + number));
    StoredDocument document =
        store.document(passage.document()).orElseThrow(() -> dangling(number, passage));
    String text =
        new String(store.text(passage.document(), passage.span()), StandardCharsets.UTF_8);
    return new Passage(
        number,
        document.id(),
        document.uri(),
        document.title(),
        passage.ordinal(),
        passage.span(),
        passage.headings(),
        passage.marks(),
        text,
        passage.tokens());
  }

  private DamagedException dangling(int number, StoredPassage passage) {
    return new DamagedException(
        folder.store(manifest.store())
            + ": passage "
            + number
            + " belongs to document "
            + passage.document()
            + ", which is missing; index the documents again into another folder");
  }

  /**
   * The neighbours of a passage in its document, itself included.
   *
   * @param before how many passages before it
   * @param after how many passages after it
   */
  public List<Passage> around(Passage passage, int before, int after) {
    int document = store.number(passage.document()).orElseThrow();
    int count = store.document(document).map(StoredDocument::passages).orElseThrow();
    int first = Math.max(0, passage.ordinal() - before);
    int last = Math.min(count - 1, passage.ordinal() + after);
    int base = passage.number() - passage.ordinal();
    return IntStream.rangeClosed(first, last).mapToObj(ordinal -> passage(base + ordinal)).toList();
  }

  /** The numbers of the passages of a document, in their order; empty where there is none. */
  public List<Integer> passages(String document) {
    OptionalInt number = store.number(document);
    if (number.isEmpty()) {
      return List.of();
    }
    StoredDocument stored = store.document(number.getAsInt()).orElseThrow();
    return IntStream.range(0, stored.passages())
        .mapToObj(ordinal -> stored.firstPassage() + ordinal)
        .toList();
  }

  /** Text of a document: the bytes of a span, which must lie within it. */
  public Optional<String> text(String document, Span span) {
    OptionalInt number = store.number(document);
    return number.isEmpty()
        ? Optional.empty()
        : Optional.of(new String(store.text(number.getAsInt(), span), StandardCharsets.UTF_8));
  }

  /** The whole text of a document. */
  public Optional<String> text(String document) {
    OptionalInt number = store.number(document);
    return number.isEmpty()
        ? Optional.empty()
        : store
            .document(number.getAsInt())
            .flatMap(stored -> text(document, new Span(0, stored.textBytes())));
  }

  /** Takes a further lease, unless the last one has ended. */
  synchronized boolean lease() {
    if (leases == 0) {
      return false;
    }
    leases++;
    return true;
  }

  /** Ends one lease; the last one closes the files. */
  @Override
  public synchronized void close() {
    if (leases == 0 || --leases > 0) {
      return;
    }
    try (lexical;
        store) {
      vectors.segments().forEach(VectorSegment::close);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
