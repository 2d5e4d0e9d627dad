package dev.sluice.index;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.field.FieldCatalog;
import dev.sluice.index.field.FieldType;
import dev.sluice.index.filter.Filter;
import dev.sluice.index.lexical.DocumentFields;
import dev.sluice.index.lexical.LexicalWriter;
import dev.sluice.index.lexical.MatchingPassages;
import dev.sluice.index.passage.PassageSplitter.Cut;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoreWriter;
import dev.sluice.index.store.StoredArchive;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.store.StoredPassage;
import dev.sluice.index.vector.CodeWidth;
import dev.sluice.index.vector.VectorWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * Writes documents into store, lexical index and vectors, and commits them together. Used by one
 * thread, but for {@link #seen}.
 */
final class DocumentIndexer implements Closeable {
  private static final int MAX_NUMBER = Integer.MAX_VALUE - 1;

  private final IndexFolder folder;
  private final BuildModels models;
  private final StoreWriter store;
  private final LexicalWriter lexical;
  private final VectorWriter vectors;
  private final DeletedPassages deleted;
  private final FieldCatalog fields;
  private final IndexChecksums checksums;
  private final BuildClock clock;

  private final SeenDocuments seen;
  private final PassageBatch batch;
  private Manifest committed;
  private final IndexCounts counts;
  private int vectorsDueBelow;
  private boolean changed;

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
   * @param declared types of fields by name
   */
  DocumentIndexer(
      IndexFolder folder,
      Manifest start,
      BuildModels models,
      Map<String, FieldType> declared,
      long memoryBytes,
      BuildClock clock)
      throws IOException {
    this.folder = folder;
    fields = new FieldCatalog(start.fields(), declared);
    this.models = models;
    this.clock = clock;
    committed = start;
    counts = new IndexCounts(start);
    vectorsDueBelow = start.vectorsDueBelow();
    folder.removeAllBut(start, start);
    checksums = folder.checksums(start, new IndexChecksums());
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
              checksums.forWriting(folder.path, IndexFolder.LEXICAL),
              start.settings().analyzer(),
              start.lexical(),
              Math.max(16, memoryBytes / 4 >> 20));
      vectors =
          new VectorWriter(
              folder.path,
              checksums,
              start.vectors(),
              () -> CodeWidth.ofBits(models.settings().vectorBits()),
              memoryBytes / 2);
    } catch (IOException | RuntimeException e) {
      try (store;
          LexicalWriter closing = opened) {
        throw e;
      }
    }
    lexical = opened;
    seen = new SeenDocuments(store.store(), start.nextDocument());
    batch = new PassageBatch(models, vectors, clock);
  }

  /**
   * Writes the lexical index anew from the store, where the fields in it are not those that filters
   * are to find: in an index of an earlier version, or where a field was declared otherwise. To be
   * called before anything else.
   *
   * @param leftOut told of values that do not fit their field: the document, and why
   */
  void bringFieldsUpToDate(BiConsumer<String, String> leftOut) throws IOException {
    if (committed.filterable() && !fields.isContradicted()) {
      return;
    }
    changed = true;
    fields.restart();
    lexical.clear();
    LexicalRebuild rebuild = new LexicalRebuild(store.store(), lexical, fields, leftOut);
    store.store().forEachDocument(rebuild::add);
  }

  /**
   * Writes a document, unless it is there already.
   *
   * @param leftOut as for {@link #bringFieldsUpToDate}
   */
  Outcome index(Document document, String stamp, BiConsumer<String, String> leftOut)
      throws IOException, InterruptedException {
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
    add(document, stamp, hash, leftOut);
    return old.isPresent() ? Outcome.UPDATED : Outcome.ADDED;
  }

  private void restamp(int number, StoredDocument document, String stamp) throws IOException {
    if (!document.stamp().equals(stamp)) {
      store.putDocument(number, document.withStamp(stamp));
      changed = true;
    }
  }

  private void add(Document document, String stamp, String hash, BiConsumer<String, String> leftOut)
      throws IOException, InterruptedException {
    long start = clock.start();
    List<Cut> cuts = models.splitter().split(document);
    clock.splitting(start);

    requireRoom(cuts.size());
    int number = counts.nextDocument++;
    seen.mark(number);
    int first = counts.nextPassage;
    Utf8Offsets offsets = new Utf8Offsets(document.text());
    DocumentFields filtered =
        LexicalRebuild.fields(fields, document.id(), document.uri(), document.metadata(), leftOut);
    List<Mark> marks = Mark.inBytes(document.marks(), offsets);
    long tokens = 0;
    for (int i = 0; i < cuts.size(); i++) {
      Cut cut = cuts.get(i);
      tokens += cut.tokens();
      Span span = offsets.span(cut.from(), cut.to());
      StoredPassage passage =
          new StoredPassage(number, i, span, cut.tokens(), cut.headings(), Mark.of(marks, span));
      add(document, cut, passage, filtered);
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

  private void add(Document document, Cut cut, StoredPassage stored, DocumentFields filtered)
      throws IOException, InterruptedException {
    int passage = counts.nextPassage++;
    counts.passages++;
    counts.tokens += cut.tokens();
    String text = document.text().substring(cut.from(), cut.to());
    long start = clock.start();
    store.putPassage(passage, stored);
    lexical.add(passage, stored.document(), document.title(), cut.headings(), text, filtered);
    clock.writing(start);
    if (models.hasEmbedder()) {
      addVector(
          passage, BuildModels.embeddedText(document.title(), cut.headings(), text), cut.tokens());
    }
    clock.indexed(cut.tokens());
  }

  /** All passages there are may lack a vector, until {@link #endVectors}. */
  void beginVectors() {
    vectorsDueBelow = counts.nextPassage;
  }

  /** All passages have a vector. */
  void endVectors() {
    vectorsDueBelow = 0;
  }

  /** Whether a passage of an earlier commit has a vector. */
  boolean hasVector(int passage) {
    return vectors.holds(passage);
  }

  /**
   * Gives a passage its vector, together with others that come.
   *
   * @param passage greater than all that were given vectors since the last commit
   */
  void addVector(int passage, String text, int tokens) throws IOException, InterruptedException {
    changed = true;
    batch.add(passage, text, tokens);
    if (batch.isFull()) {
      batch.embed(committed.generation() + 1);
    }
  }

  /** Documents and passages as they are now. */
  DocumentStore stored() {
    return store.store();
  }

  /** The number that the next passage gets: all passages have lower ones. */
  int nextPassage() {
    return counts.nextPassage;
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

  private void remove(int number, StoredDocument document) throws IOException {
    changed = true;
    lexical.remove(number);
    store.remove(number, document);
    fields.remove(document.metadata());
    for (int i = 0; i < document.passages(); i++) {
      deleted.add(document.firstPassage() + i);
    }
    counts.documents--;
    counts.passages -= document.passages();
    counts.tokens -= document.tokens();
    counts.textBytes -= document.textBytes();
  }

  /**
   * Removes a document.
   *
   * @return how many passages it had; empty when there is no such document
   */
  OptionalInt remove(String id) throws IOException {
    OptionalInt number = store.store().number(id);
    Optional<StoredDocument> document =
        number.isEmpty() ? Optional.empty() : store.store().document(number.getAsInt());
    if (document.isEmpty()) {
      return OptionalInt.empty();
    }
    remove(number.getAsInt(), document.get());
    return OptionalInt.of(document.get().passages());
  }

  /** The ids of the documents that a filter accepts, those without passages left out. */
  List<String> matching(Filter filter) throws IOException {
    MatchingPassages accepted = lexical.matching(filter, fields.fields());
    DocumentStore documents = store.store();
    List<String> ids = new ArrayList<>();
    for (int passage = accepted.next(0); passage >= 0; ) {
      StoredDocument document =
          documents.document(documents.passage(passage).orElseThrow().document()).orElseThrow();
      ids.add(document.id());
      // The next document: all passages of one are accepted, or none.
      passage = accepted.next(document.firstPassage() + document.passages());
    }
    return ids;
  }

  /** Which documents the source has named. */
  SeenDocuments seen() {
    return seen;
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
  long removeUnseen() throws IOException {
    List<Integer> gone = seen.unseen();
    for (int number : gone) {
      Optional<StoredDocument> document = store.store().document(number);
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
    batch.embed(committed.generation() + 1);
    boolean unmerged = last && vectors.wantsMerge();
    boolean declared = !fields.fields().equals(committed.fields());
    boolean same =
        committed.settings().equals(models.settings())
            && committed.vectorsDueBelow() == vectorsDueBelow;
    if (!changed && !unmerged && !declared && same && committed.generation() > 0) {
      return;
    }
    if (last) {
      lexical.compactDeleted(VectorWriter.MAX_DEAD);
      store.compactDeleted(VectorWriter.MAX_DEAD);
    }
    seal(last);
  }

  private void seal(boolean last) throws IOException, InterruptedException {
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
    CommitFiles files =
        CommitFiles.of(folder.path, lexical.files(lexicalCommit), storeName, segments);
    Manifest next =
        new Manifest(
            generation,
            lexicalCommit,
            storeName,
            segments,
            deletes,
            files.writeChecksums(folder, checksums, generation, committed.store()),
            models.settings(),
            counts.nextDocument,
            counts.nextPassage,
            counts.documents,
            counts.passages,
            counts.tokens,
            counts.textBytes,
            true,
            vectorsDueBelow,
            fields.fields());
    next.write(folder.directory);
    Manifest previous = committed;
    committed = next;
    changed = false;
    // The previous commit's files stay for one round: a reader may just be opening them.
    lexical.keepOnly(List.of(previous.lexical(), lexicalCommit));
    folder.removeAllBut(next, previous);
    clock.committing(start);
  }

  /**
   * Drops all that belongs to deleted documents, and commits; does nothing where nothing is to
   * gain.
   *
   * @return whether there was something to gain
   */
  boolean compact() throws IOException, InterruptedException {
    boolean lexicalGains = lexical.wantsCompaction();
    boolean storeGains = store.wantsCompaction();
    boolean vectorsGain = vectors.wantsCompaction(deleted::contains);
    if (!changed && !lexicalGains && !storeGains && !vectorsGain) {
      return false;
    }
    if (lexicalGains) {
      lexical.compact();
    }
    if (storeGains) {
      store.compact();
    }
    if (vectorsGain) {
      vectors.compact(committed.generation() + 1, deleted::contains);
    }
    seal(false);
    // What takes the room is the previous commit; who is just opening it finds the newer one.
    lexical.keepOnly(List.of(committed.lexical()));
    folder.removeAllBut(committed, committed);
    return true;
  }

  long generation() {
    return committed.generation();
  }

  long passages() {
    return counts.passages;
  }

  long documents() {
    return counts.documents;
  }

  /** Drops what was not committed. */
  @Override
  public void close() throws IOException {
    try (vectors;
        store) {
      lexical.close();
    }
  }
}
