package dev.sluice.index;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.lexical.LexicalWriter;
import dev.sluice.index.passage.PassageSplitter.Cut;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoreWriter;
import dev.sluice.index.store.StoredArchive;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.store.StoredPassage;
import dev.sluice.index.vector.VectorWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ObjIntConsumer;
import org.apache.lucene.util.FixedBitSet;

/**
 * Writes documents into store, lexical index and vectors, and commits them together. Used by one
 * thread, but for {@link #isCurrent} and {@link #currentArchive}.
 */
final class DocumentIndexer implements Closeable {
  /**
   * As many passages or tokens are embedded at once: enough to sort by length, little to wait for.
   */
  private static final int BATCH = 512;

  private static final int BATCH_TOKENS = 32 << 10;

  private static final int MAX_NUMBER = Integer.MAX_VALUE - 1;

  private final IndexFolder folder;
  private final BuildModels models;
  private final StoreWriter store;
  private final LexicalWriter lexical;
  private final VectorWriter vectors;
  private final DeletedPassages deleted;
  private final BuildClock clock;

  /** Documents of this or an earlier build that the source has named. */
  private final SeenDocuments seen;

  private final int firstNewDocument;
  private final List<PendingPassage> batch = new ArrayList<>(BATCH);
  private int batchTokens;
  private Manifest committed;
  private Counts counts;
  private boolean changed;

  private record PendingPassage(int number, String text) {}

  /** The running figures of the next manifest. */
  private static final class Counts {
    int nextDocument;
    int nextPassage;
    long documents;
    long passages;
    long tokens;
    long textBytes;

    Counts(Manifest manifest) {
      nextDocument = manifest.nextDocument();
      nextPassage = manifest.nextPassage();
      documents = manifest.documents();
      passages = manifest.passages();
      tokens = manifest.tokens();
      textBytes = manifest.textBytes();
    }
  }

  /** What became of a document. */
  enum Outcome {
    ADDED,
    UPDATED,
    UNCHANGED,
    DUPLICATE
  }

  /**
   * Goes on from a commit.
   *
   * @param start the last commit, or an {@linkplain Manifest#empty empty one}
   */
  DocumentIndexer(
      IndexFolder folder, Manifest start, BuildModels models, long memoryBytes, BuildClock clock)
      throws IOException {
    this.folder = folder;
    this.models = models;
    this.clock = clock;
    committed = start;
    counts = new Counts(start);
    firstNewDocument = start.nextDocument();
    seen = new SeenDocuments(firstNewDocument);
    folder.removeAllBut(start, start);
    deleted =
        start.deletes().isEmpty()
            ? new DeletedPassages()
            : DeletedPassages.read(folder.directory, start.deletes(), folder.path.toString());
    store =
        start.store().isEmpty()
            ? StoreWriter.create(folder.workingStore())
            : StoreWriter.from(folder.store(start.store()), folder.workingStore());
    LexicalWriter opened = null;
    try {
      opened =
          new LexicalWriter(
              folder.lexical(),
              start.settings().analyzer(),
              start.lexical(),
              Math.max(16, memoryBytes / 4 >> 20));
      vectors = new VectorWriter(folder.vectors(), start.vectors(), memoryBytes / 2);
    } catch (IOException | RuntimeException e) {
      try (store;
          LexicalWriter closing = opened) {
        throw e;
      }
    }
    lexical = opened;
  }

  /**
   * Whether a document is there unchanged; marks it as seen. Safe for use by the reading thread.
   */
  boolean isCurrent(String id, String stamp) {
    OptionalInt number = store.store().number(id);
    if (number.isEmpty() || stamp.isEmpty()) {
      return false;
    }
    boolean current =
        store.store().document(number.getAsInt()).filter(d -> d.stamp().equals(stamp)).isPresent();
    if (current) {
      seen.mark(number.getAsInt());
    }
    return current;
  }

  /** Writes a document, unless it is there already. */
  Outcome index(Document document, String stamp) throws IOException, InterruptedException {
    OptionalInt existing = store.store().number(document.id());
    String hash = ContentHash.of(document);
    Optional<StoredDocument> old = Optional.empty();
    if (existing.isPresent()) {
      int number = existing.getAsInt();
      if (!seen.mark(number)) {
        return Outcome.DUPLICATE;
      }
      old = store.store().document(number);
      if (old.isPresent() && old.get().contentHash().equals(hash)) {
        restamp(number, old.get(), stamp);
        return Outcome.UNCHANGED;
      }
    }
    changed = true;
    if (old.isPresent()) {
      remove(existing.getAsInt(), old.get());
    }
    add(document, stamp, hash);
    return old.isPresent() ? Outcome.UPDATED : Outcome.ADDED;
  }

  private void restamp(int number, StoredDocument document, String stamp) throws IOException {
    if (!document.stamp().equals(stamp)) {
      store.putDocument(number, document.withStamp(stamp));
      changed = true;
    }
  }

  private void add(Document document, String stamp, String hash)
      throws IOException, InterruptedException {
    long start = clock.start();
    List<Cut> cuts = models.splitter().split(document);
    clock.splitting(start);

    requireRoom(cuts.size());
    int number = counts.nextDocument++;
    seen.mark(number);
    int first = counts.nextPassage;
    Utf8Offsets offsets = new Utf8Offsets(document.text());
    List<Mark> marks = marksInBytes(document);
    long tokens = 0;
    for (int i = 0; i < cuts.size(); i++) {
      Cut cut = cuts.get(i);
      tokens += cut.tokens();
      Span span = offsets.span(cut.from(), cut.to());
      StoredPassage passage =
          new StoredPassage(
              number, i, span, cut.tokens(), cut.headings(), marksOfSpan(marks, span));
      add(document, number, cut, passage);
    }
    start = clock.start();
    byte[] text = document.text().getBytes(StandardCharsets.UTF_8);
    store.putText(number, text);
    store.putDocument(
        number,
        new StoredDocument(
            document.id(),
            document.title(),
            document.uri(),
            document.metadata(),
            stamp,
            hash,
            text.length,
            first,
            cuts.size(),
            tokens));
    store.putId(document.id(), number);
    clock.writing(start);
    counts.documents++;
    counts.textBytes += text.length;
  }

  private static List<Mark> marksInBytes(Document document) {
    Utf8Offsets offsets = new Utf8Offsets(document.text());
    return document.marks().stream()
        .map(mark -> new Mark(offsets.span(mark.at(), mark.at()).from(), mark.place()))
        .toList();
  }

  /** The marks that are in force in a span; one that begins before it is moved to its start. */
  private static List<Mark> marksOfSpan(List<Mark> marks, Span span) {
    return Mark.within(marks, span.from(), span.to()).stream()
        .map(mark -> new Mark(Math.max(mark.at(), span.from()), mark.place()))
        .toList();
  }

  private void add(Document document, int number, Cut cut, StoredPassage stored)
      throws IOException, InterruptedException {
    int passage = counts.nextPassage++;
    counts.passages++;
    counts.tokens += cut.tokens();
    String text = document.text().substring(cut.from(), cut.to());
    long start = clock.start();
    store.putPassage(passage, stored);
    lexical.add(passage, number, document.title(), cut.headings(), text);
    clock.writing(start);
    if (models.hasEmbedder()) {
      batch.add(
          new PendingPassage(
              passage, BuildModels.embeddedText(document.title(), cut.headings(), text)));
      batchTokens += cut.tokens();
      if (batch.size() == BATCH || batchTokens >= BATCH_TOKENS) {
        embedBatch();
      }
    }
    clock.indexed(cut.tokens());
  }

  private void requireRoom(int passages) {
    if (counts.nextDocument >= MAX_NUMBER || counts.nextPassage >= MAX_NUMBER - passages) {
      throw new dev.sluice.error.ResourceException(
          folder.path
              + ": an index numbers at most "
              + MAX_NUMBER
              + " documents and passages, deleted ones included; put further documents into another"
              + " index");
    }
  }

  private void embedBatch() throws IOException, InterruptedException {
    if (batch.isEmpty()) {
      return;
    }
    long start = clock.start();
    float[][] embedded =
        models.embedder().embedPassages(batch.stream().map(PendingPassage::text).toList());
    clock.embedding(start);
    for (int i = 0; i < embedded.length; i++) {
      vectors.add(batch.get(i).number(), embedded[i], committed.generation() + 1);
    }
    batch.clear();
    batchTokens = 0;
  }

  private void remove(int number, StoredDocument document)
      throws IOException, InterruptedException {
    changed = true;
    embedBatch();
    lexical.remove(number);
    store.remove(number, document);
    for (int i = 0; i < document.passages(); i++) {
      deleted.add(document.firstPassage() + i);
    }
    counts.documents--;
    counts.passages -= document.passages();
    counts.tokens -= document.tokens();
    counts.textBytes -= document.textBytes();
  }

  /** Takes a document, or those of an archive, that could not be read this time as seen. */
  void keep(String id) {
    store.store().number(id).ifPresent(seen::mark);
    store.store().forEachNumber(id + DocumentReader.ENTRY, seen::mark);
  }

  /**
   * What is known of an archive if all its documents are there unchanged; marks them as seen. Safe
   * for use by the reading thread.
   */
  Optional<StoredArchive> currentArchive(String id, String stamp) {
    Optional<StoredArchive> archive =
        store.store().archive(id).filter(known -> known.stamp().equals(stamp));
    if (archive.isEmpty()) {
      return archive;
    }
    List<Integer> documents = new ArrayList<>();
    store.store().forEachNumber(id + DocumentReader.ENTRY, documents::add);
    if (documents.size() != archive.get().documents()) {
      return Optional.empty(); // some were removed since
    }
    documents.forEach(seen::mark);
    return archive;
  }

  /** Remembers an archive, all of whose documents have been indexed. */
  void endArchive(String id, String stamp, List<Skipped> leftOut) throws IOException {
    int[] documents = {0};
    store.store().forEachNumber(id + DocumentReader.ENTRY, _ -> documents[0]++);
    StoredArchive archive = new StoredArchive(stamp, documents[0], leftOut);
    if (!store.store().archive(id).equals(Optional.of(archive))) {
      store.putArchive(id, archive);
      changed = true;
    }
  }

  /**
   * Removes the documents of earlier builds that this one has not seen.
   *
   * @return how many
   */
  long removeUnseen() throws IOException, InterruptedException {
    List<Integer> gone = new ArrayList<>();
    ObjIntConsumer<StoredDocument> collect =
        (document, number) -> {
          if (number < firstNewDocument && !seen.contains(number)) {
            gone.add(number);
          }
        };
    DocumentStore documents = store.store();
    documents.forEachDocument(collect);
    for (int number : gone) {
      Optional<StoredDocument> document = documents.document(number);
      if (document.isPresent()) {
        remove(number, document.get());
      }
    }
    return gone.size();
  }

  /**
   * Commits all that was indexed so far; does nothing where nothing changed.
   *
   * @param last whether the build ends here: then small vector segments are merged and linked
   */
  void commit(boolean last) throws IOException, InterruptedException {
    embedBatch();
    boolean unmerged = last && vectors.wantsMerge();
    if (!changed && !unmerged && committed.generation() > 0) {
      return;
    }
    long generation = committed.generation() + 1;
    long start = clock.start();
    clock.phase(BuildProgress.Phase.GRAPH, 0, 0);
    List<String> segments = vectors.seal(generation, deleted::contains, last);
    deleted.retainIf(vectors::holds);
    clock.graph(start);

    start = clock.start();
    clock.phase(BuildProgress.Phase.COMMIT, 0, 0);
    String lexicalCommit = lexical.commit(generation);
    String storeName = IndexFolder.storeName(generation);
    store.checkpoint(folder.store(storeName));
    String deletes = "";
    if (!deleted.isEmpty()) {
      deletes = IndexFolder.deletesName(generation);
      deleted.write(folder.directory, deletes);
    }
    Manifest next =
        new Manifest(
            generation,
            lexicalCommit,
            storeName,
            segments,
            deletes,
            models.settings(),
            counts.nextDocument,
            counts.nextPassage,
            counts.documents,
            counts.passages,
            counts.tokens,
            counts.textBytes);
    next.write(folder.directory);
    Manifest previous = committed;
    committed = next;
    changed = false;
    // The previous commit's files stay for one round: a reader may just be opening them.
    lexical.keepOnly(List.of(previous.lexical(), lexicalCommit));
    folder.removeAllBut(next, previous);
    clock.committing(start);
  }

  long generation() {
    return committed.generation();
  }

  long passages() {
    return counts.passages;
  }

  /** Drops what was not committed. */
  @Override
  public void close() throws IOException {
    try (vectors;
        store) {
      lexical.close();
    }
  }

  /** Which documents a build has met; marked by two threads. */
  private static final class SeenDocuments {
    private FixedBitSet bits;

    SeenDocuments(int expected) {
      bits = new FixedBitSet(Math.max(64, expected));
    }

    /** Returns false if it was marked already. */
    synchronized boolean mark(int number) {
      bits = FixedBitSet.ensureCapacity(bits, number + 1);
      return !bits.getAndSet(number);
    }

    synchronized boolean contains(int number) {
      return number < bits.length() && bits.get(number);
    }
  }
}
