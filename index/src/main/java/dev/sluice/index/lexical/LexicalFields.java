package dev.sluice.index.lexical;

import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/** The fields of a passage in the lexical index, and how they are weighed. */
final class LexicalFields {
  /** Title of the document, as terms. */
  static final String TITLE = "title";

  /** The headings above the passage, as terms. */
  static final String HEADINGS = "headings";

  /** Text of the passage, as terms. */
  static final String TEXT = "text";

  /** Number of the passage, as a doc value. */
  static final String PASSAGE = "passage";

  /** Number of the document, as one term, to delete by. */
  static final String DOCUMENT = "document";

  private LexicalFields() {}

  /** k1 and b as Anserini uses them: better than Lucene's defaults on short passages. */
  static Similarity similarity() {
    return new BM25Similarity(0.9f, 0.4f);
  }
}
