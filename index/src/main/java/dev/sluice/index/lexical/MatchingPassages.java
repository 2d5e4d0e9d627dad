package dev.sluice.index.lexical;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/** The passages of one commit that a filter accepts. Immutable. */
public final class MatchingPassages {
  /** By Lucene's numbers, a set for each segment. */
  private final List<FixedBitSet> documents;

  private final FixedBitSet passages;
  private final int count;

  private MatchingPassages(List<FixedBitSet> documents, FixedBitSet passages) {
    this.documents = documents;
    this.passages = passages;
    count = passages.cardinality();
  }

  static MatchingPassages of(Query query, IndexSearcher searcher) throws IOException {
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    List<FixedBitSet> documents = new ArrayList<>();
    FixedBitSet passages = new FixedBitSet(64);
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FixedBitSet accepted = new FixedBitSet(leaf.reader().maxDoc());
      Scorer scorer = weight.scorer(leaf);
      if (scorer != null) {
        accepted.or(scorer.iterator());
        Bits living = leaf.reader().getLiveDocs();
        if (living != null) {
          living.applyMask(accepted, 0);
        }
        passages = withNumbers(passages, accepted, leaf);
      }
      documents.add(accepted);
    }
    return new MatchingPassages(documents, passages);
  }

  private static FixedBitSet withNumbers(
      FixedBitSet passages, FixedBitSet accepted, LeafReaderContext leaf) throws IOException {
    FixedBitSet all = passages;
    NumericDocValues numbers = leaf.reader().getNumericDocValues(LexicalFields.PASSAGE);
    DocIdSetIterator each = new BitSetIterator(accepted, accepted.length());
    for (int doc = each.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = each.nextDoc()) {
      numbers.advanceExact(doc);
      int passage = (int) numbers.longValue();
      all = FixedBitSet.ensureCapacity(all, passage + 1);
      all.set(passage);
    }
    return all;
  }

  /** Whether a passage is accepted. */
  public boolean contains(int passage) {
    return passage < passages.length() && passages.get(passage);
  }

  /** How many passages are accepted. */
  public int count() {
    return count;
  }

  /**
   * The next accepted passage.
   *
   * @param from its number is at least this
   * @return -1 when there is none
   */
  public int next(int from) {
    int next = from < passages.length() ? passages.nextSetBit(from) : DocIdSetIterator.NO_MORE_DOCS;
    return next == DocIdSetIterator.NO_MORE_DOCS ? -1 : next;
  }

  /** About how much memory this takes. */
  public long bytes() {
    return documents.stream().mapToLong(FixedBitSet::ramBytesUsed).sum() + passages.ramBytesUsed();
  }

  /** The accepted of a segment, by Lucene's numbers. */
  FixedBitSet documents(LeafReaderContext leaf) {
    return documents.get(leaf.ord);
  }
}
