package dev.sluice.index.lexical;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorerSupplier;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** The accepted passages as a query of Lucene; good for the index that they are of, only. */
final class MatchingQuery extends Query {
  private final MatchingPassages accepted;

  MatchingQuery(MatchingPassages accepted) {
    this.accepted = accepted;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
    return new ConstantScoreWeight(this, boost) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
        FixedBitSet documents = accepted.documents(leaf);
        int count = documents.cardinality();
        return count == 0
            ? null
            : ConstantScoreScorerSupplier.fromIterator(
                new BitSetIterator(documents, count), score(), mode, leaf.reader().maxDoc());
      }

      @Override
      public boolean isCacheable(LeafReaderContext leaf) {
        // It is a cache already.
        return false;
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String field) {
    return "accepted passages";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && accepted == ((MatchingQuery) other).accepted;
  }

  @Override
  public int hashCode() {
    return 31 * classHash() + System.identityHashCode(accepted);
  }
}
