package dev.sluice.distill.data;

import java.util.List;

/**
 * A query with passages to tell apart: what a reranker is trained and tested on.
 *
 * @param id unique within its source
 * @param source the data set and kind, such as {@code qa-nq-dev} or {@code pairs-gov/heading}
 * @param query the question, claim or title
 * @param passages the relevant ones first, then the others in the order of the first stages
 */
public record Group(String id, String source, String query, List<Passage> passages) {

  public Group {
    passages = List.copyOf(passages);
  }

  /**
   * A candidate.
   *
   * @param id the passage's id in the pool
   * @param text title and text, as the first stages index them and a reranker reads them
   * @param relevance 0 for a passage that nobody judged or that was judged useless, else the grade
   * @param lexical its BM25 score, 0 where BM25 does not find it
   * @param similarity cosine of the embedder's vectors of query and passage, between -1 and 1
   */
  public record Passage(String id, String text, int relevance, double lexical, double similarity) {
    private static final int LONGEST_TITLE = 100;

    /** The text without a title in front, as a reader reads it. */
    public String withoutTitle() {
      int line = text.indexOf('\n');
      boolean title = line > 0 && line < LONGEST_TITLE && !text.substring(0, line).endsWith(".");
      return title ? text.substring(line + 1) : text;
    }
  }
}
