package dev.sluice.index.lexical;

import dev.sluice.error.DamagedException;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.field.IndexField;
import dev.sluice.index.filter.Filter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.CombinedFieldQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;

/**
 * BM25 over the passages of one commit, on Lucene. Title, headings and text are scored as one field
 * whose term frequencies are weighted sums: BM25F, as in Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework: BM25 and Beyond", 2009. Safe for use by several threads.
 */
public final class LexicalIndex implements Closeable {

  /**
   * A query of more distinct terms than this is cut: at that length further terms decide nothing.
   */
  private static final int MAX_TERMS = 1024;

  private static final Comparator<ScoredPassage> BEST_FIRST =
      Comparator.comparingDouble(ScoredPassage::score)
          .reversed()
          .thenComparingInt(ScoredPassage::passage);

  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;
  private final Analyzer analyzer;

  /** Lucene's numbers by those of the passages; gathered when scores are first asked for. */
  private Optional<Map<Integer, Integer>> docsByPassage = Optional.empty();

  private LexicalIndex(Directory directory, DirectoryReader reader, Analyzer analyzer) {
    this.directory = directory;
    this.reader = reader;
    this.analyzer = analyzer;
    this.searcher = new IndexSearcher(reader);
    searcher.setSimilarity(LexicalFields.similarity());
  }

  /**
   * Opens a commit.
   *
   * @param directory closed with the index
   * @param commit name of the commit, as the manifest has it
   */
  public static LexicalIndex open(Directory directory, String commit, String analyzerName)
      throws IOException {
    try {
      DirectoryReader reader = DirectoryReader.open(commit(directory, commit));
      return new LexicalIndex(directory, reader, Analyzers.named(analyzerName));
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  static IndexCommit commit(Directory directory, String name) throws IOException {
    for (IndexCommit commit : DirectoryReader.listCommits(directory)) {
      if (commit.getSegmentsFileName().equals(name)) {
        return commit;
      }
    }
    throw new DamagedException(
        directory
            + ": the lexical index has no commit '"
            + name
            + "', which the manifest names; restore the index from a copy, or index the documents"
            + " again into another folder");
  }

  /**
   * The passages that match any term of the query best.
   *
   * @param query plain text, not a query syntax
   * @param k how many at most
   * @return best first, equal scores in the order of their numbers; empty when no term matches
   */
  public List<ScoredPassage> search(String query, int k) {
    return found(anyTerm(query).build(), k);
  }

  /**
   * As {@link #search(String, int)} among accepted passages; the scores are the same.
   *
   * @param accepted of {@link #matching} of this index
   */
  public List<ScoredPassage> search(String query, int k, MatchingPassages accepted) {
    BooleanQuery.Builder terms =
        anyTerm(query)
            .setMinimumNumberShouldMatch(1)
            .add(new MatchingQuery(accepted), BooleanClause.Occur.FILTER);
    return found(terms.build(), k);
  }

  /**
   * The passages of the documents that a filter accepts.
   *
   * @param fields those that the index has, beside the built-in ones
   * @throws dev.sluice.error.InvalidInputException when a field is unknown, or a condition does not
   *     fit its type
   */
  public MatchingPassages matching(Filter filter, Collection<IndexField> fields) {
    try {
      return MatchingPassages.of(FilterQueries.of(filter, fields, analyzer), searcher);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The scores that {@link #search} gives to passages, however far down they are.
   *
   * @param query plain text, not a query syntax
   * @param passages numbers of passages
   * @return those that match any term of the query, best first
   */
  public List<ScoredPassage> score(String query, Collection<Integer> passages) {
    try {
      int[] docs = docsOf(passages);
      Weight weight =
          searcher.createWeight(searcher.rewrite(anyTerm(query).build()), ScoreMode.COMPLETE, 1);
      List<ScoreDoc> scored = new ArrayList<>(docs.length);
      int at = 0;
      for (LeafReaderContext leaf : reader.leaves()) {
        int end = leaf.docBase + leaf.reader().maxDoc();
        Scorer scorer = at < docs.length && docs[at] < end ? weight.scorer(leaf) : null;
        for (; at < docs.length && docs[at] < end; at++) {
          int doc = docs[at] - leaf.docBase;
          if (scorer != null && advance(scorer.iterator(), doc) == doc) {
            scored.add(new ScoreDoc(docs[at], scorer.score()));
          }
        }
      }
      return passages(scored).stream().sorted(BEST_FIRST).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int advance(DocIdSetIterator documents, int target) throws IOException {
    return documents.docID() < target ? documents.advance(target) : documents.docID();
  }

  /** Lucene's numbers of passages, in ascending order; those that are not there are left out. */
  private int[] docsOf(Collection<Integer> passages) throws IOException {
    Map<Integer, Integer> docs = docsByPassage();
    return passages.stream()
        .distinct()
        .filter(docs::containsKey)
        .mapToInt(docs::get)
        .sorted()
        .toArray();
  }

  private synchronized Map<Integer, Integer> docsByPassage() throws IOException {
    if (docsByPassage.isEmpty()) {
      Map<Integer, Integer> docs = HashMap.newHashMap(reader.numDocs());
      for (LeafReaderContext leaf : reader.leaves()) {
        Bits living = leaf.reader().getLiveDocs();
        NumericDocValues numbers = leaf.reader().getNumericDocValues(LexicalFields.PASSAGE);
        while (numbers != null && numbers.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          if (living == null || living.get(numbers.docID())) {
            docs.put((int) numbers.longValue(), leaf.docBase + numbers.docID());
          }
        }
      }
      docsByPassage = Optional.of(docs);
    }
    return docsByPassage.get();
  }

  private BooleanQuery.Builder anyTerm(String query) {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    // A term that the query repeats counts as often: it decides between long texts.
    for (var term : Terms.counted(analyzer, query, MAX_TERMS).entrySet()) {
      Query weighted = new BoostQuery(weighted(term.getKey()), term.getValue());
      any.add(weighted, BooleanClause.Occur.SHOULD);
    }
    return any;
  }

  private List<ScoredPassage> found(Query query, int k) {
    try {
      TopDocs top = searcher.search(query, Math.max(1, k));
      // Merges of Lucene's segments may change the order of its numbers.
      return passages(List.of(top.scoreDocs)).stream().sorted(BEST_FIRST).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Query weighted(String term) {
    // Title weights of 1 to 5 differ by at most .006 nDCG@10 on the training queries of SciFact
    // and by .002 on those of NFCorpus.
    return new CombinedFieldQuery.Builder(term)
        .addField(LexicalFields.TITLE, 2f)
        .addField(LexicalFields.HEADINGS, 1f)
        .addField(LexicalFields.TEXT, 1f)
        .build();
  }

  /** The number of passages. */
  public int size() {
    return reader.numDocs();
  }

  private List<ScoredPassage> passages(List<ScoreDoc> docs) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    List<ScoredPassage> passages = new ArrayList<>(docs.size());
    for (ScoreDoc doc : docs) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc.doc, leaves));
      NumericDocValues numbers = leaf.reader().getNumericDocValues(LexicalFields.PASSAGE);
      numbers.advanceExact(doc.doc - leaf.docBase);
      passages.add(new ScoredPassage((int) numbers.longValue(), doc.score));
    }
    return passages;
  }

  @Override
  public void close() throws IOException {
    try (directory;
        IndexReader closing = reader) {
      analyzer.close();
    }
  }
}
