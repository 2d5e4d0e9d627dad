package dev.sluice.index.passage;

import dev.sluice.index.Document;
import java.util.List;

/** Cuts a document into passages. Safe for use by several threads. */
public interface PassageSplitter {

  /** What an index remembers of how it was cut, for example {@code sentence:200:40}. */
  String name();

  /** The passages of a document in order of their start; none where the text is blank. */
  List<Cut> split(Document document);

  /**
   * One passage to be.
   *
   * @param from index of its first {@code char} in the document's text
   * @param to index after its last {@code char}
   * @param headings the headings above it, outermost first, the document's title left out
   * @param tokens number of tokens between from and to
   */
  record Cut(int from, int to, List<String> headings, int tokens) {
    public Cut {
      headings = List.copyOf(headings);
    }
  }
}
