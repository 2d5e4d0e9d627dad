package dev.sluice.index.lexical;

import dev.sluice.index.field.IndexField;
import dev.sluice.index.filter.Filter;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexDeletionPolicy;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.Directory;

/** Writes the lexical index. Commits that the manifest does not name are invisible and go away. */
public final class LexicalWriter implements Closeable {
  private final Directory directory;
  private final Analyzer analyzer;
  private final NamedCommits commits;
  private final TieredMergePolicy mergePolicy = new TieredMergePolicy();
  private final IndexWriter writer;
  private final FieldType termsType;

  /**
   * Opens the folder for writing.
   *
   * @param directory closed with this writer
   * @param commit the commit to go on from, as {@link #commit} returned it; empty to start anew
   * @param bufferMegabytes memory for documents that are not yet in files
   */
  public LexicalWriter(
      Directory directory, String analyzerName, String commit, double bufferMegabytes)
      throws IOException {
    this.directory = directory;
    analyzer = Analyzers.named(analyzerName);
    commits = new NamedCommits(commit);
    IndexWriterConfig config =
        new IndexWriterConfig(analyzer)
            .setSimilarity(LexicalFields.similarity())
            .setRAMBufferSizeMB(bufferMegabytes)
            .setCommitOnClose(false)
            .setMergePolicy(mergePolicy)
            .setIndexDeletionPolicy(commits);
    termsType = new FieldType(TextField.TYPE_NOT_STORED);
    termsType.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    if (commit.isEmpty()) {
      config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
    } else {
      IndexCommit from = LexicalIndex.commit(directory, commit);
      config.setOpenMode(IndexWriterConfig.OpenMode.APPEND);
      config.setIndexCommit(from);
      if (hasPositions(from)) {
        termsType.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
      }
    }
    termsType.freeze();
    writer = new IndexWriter(directory, config);
  }

  /** Earlier versions kept the positions of terms, and Lucene wants all of a field to be alike. */
  private static boolean hasPositions(IndexCommit commit) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(commit)) {
      FieldInfo text = FieldInfos.getMergedFieldInfos(reader).fieldInfo(LexicalFields.TEXT);
      return text != null && text.getIndexOptions() == IndexOptions.DOCS_AND_FREQS_AND_POSITIONS;
    }
  }

  /**
   * Adds a passage.
   *
   * @param filtered what filters can ask of its document
   */
  public void add(
      int passage,
      int document,
      String title,
      List<String> headings,
      String text,
      DocumentFields filtered)
      throws IOException {
    Document fields = new Document();
    fields.add(new NumericDocValuesField(LexicalFields.PASSAGE, passage));
    fields.add(new StringField(LexicalFields.DOCUMENT, Integer.toString(document), Field.Store.NO));
    fields.add(new Field(LexicalFields.TITLE, title, termsType));
    fields.add(new Field(LexicalFields.HEADINGS, String.join("\n", headings), termsType));
    fields.add(new Field(LexicalFields.TEXT, text, termsType));
    FilterFields.add(fields, title, filtered);
    writer.addDocument(fields);
  }

  /** Removes all passages of a document. */
  public void remove(int document) throws IOException {
    writer.deleteDocuments(new Term(LexicalFields.DOCUMENT, Integer.toString(document)));
  }

  /** Removes all passages. */
  public void clear() throws IOException {
    writer.deleteAll();
  }

  /**
   * The passages of the documents that a filter accepts, of all that was written so far.
   *
   * @param fields as for {@link LexicalIndex#matching}
   */
  public MatchingPassages matching(Filter filter, Collection<IndexField> fields)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      Query query = FilterQueries.of(filter, fields, analyzer);
      return MatchingPassages.of(query, new IndexSearcher(reader));
    }
  }

  /** Whether {@link #compact} has anything to do. */
  public boolean wantsCompaction() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      return reader.hasDeletions() || reader.leaves().size() > fewestSegments(reader);
    }
  }

  /** Drops what belongs to deleted passages, and merges segments. */
  public void compact() throws IOException {
    int segments;
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      segments = fewestSegments(reader);
    }
    mergePolicy.setForceMergeDeletesPctAllowed(0);
    writer.forceMergeDeletes();
    writer.forceMerge(segments);
  }

  /** Compacts where more than this share of all passages is deleted. */
  public void compactDeleted(double share) throws IOException {
    writer.flush();
    IndexWriter.DocStats stats = writer.getDocStats();
    if (stats.maxDoc - stats.numDocs > share * stats.maxDoc) {
      writer.forceMergeDeletes();
    }
  }

  /** Larger segments than Lucene makes by itself would never lose their deleted passages again. */
  private int fewestSegments(DirectoryReader reader) throws IOException {
    long bytes = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      bytes += ((SegmentReader) leaf.reader()).getSegmentInfo().sizeInBytes();
    }
    long most = (long) (mergePolicy.getMaxMergedSegmentMB() * (1 << 20));
    return (int) Math.max(1, Math.ceilDiv(bytes, most));
  }

  /**
   * Makes everything so far durable.
   *
   * @param generation number of the commit
   * @return the name of the commit, for the manifest
   */
  public String commit(long generation) throws IOException {
    // Changing data makes Lucene write a commit even where no passage changed.
    writer.setLiveCommitData(Map.of("generation", Long.toString(generation)).entrySet());
    writer.commit();
    return commits.newest;
  }

  /** The names of the files of a commit that is kept. */
  public Collection<String> files(String commit) throws IOException {
    return SegmentInfos.readCommit(directory, commit).files(true);
  }

  /** Lets go of all commits but these. */
  public void keepOnly(List<String> names) throws IOException {
    commits.keepOnly(names);
    // Asks the policy again.
    writer.deleteUnusedFiles();
  }

  /** Ends without a further commit. */
  @Override
  public void close() throws IOException {
    try (directory;
        analyzer) {
      writer.rollback();
    }
  }

  /** Keeps the commits that a manifest names or may come to name. */
  private static final class NamedCommits extends IndexDeletionPolicy {
    private final Set<String> named = new HashSet<>();
    private String newest = "";

    NamedCommits(String commit) {
      named.add(commit);
    }

    @Override
    public void onInit(List<? extends IndexCommit> existing) throws IOException {
      prune(existing);
    }

    @Override
    public void onCommit(List<? extends IndexCommit> existing) throws IOException {
      newest = existing.getLast().getSegmentsFileName();
      named.add(newest);
      prune(existing);
    }

    void keepOnly(List<String> names) {
      named.clear();
      named.addAll(names);
    }

    private void prune(List<? extends IndexCommit> existing) {
      for (IndexCommit commit : existing) {
        if (!named.contains(commit.getSegmentsFileName())) {
          commit.delete();
        }
      }
    }
  }
}
