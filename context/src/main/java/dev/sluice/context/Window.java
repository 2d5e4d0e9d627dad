package dev.sluice.context;

import dev.sluice.cascade.Hit;
import dev.sluice.index.Mark;
import dev.sluice.index.Passage;
import dev.sluice.index.Span;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The bounded list of cited spans that is handed to the answerer.
 *
 * @param tokens tokens of all spans together
 * @param budget the most that were allowed
 * @param spans grouped by document, the best document first, in the order of the text within each
 * @param passages those that the spans were cut from, best first. An answerer may read them to
 *     understand the spans; what it says and cites stands in the spans.
 */
public record Window(int tokens, int budget, List<WindowSpan> spans, List<WindowPassage> passages) {

  /**
   * A contiguous part of one document.
   *
   * @param document id of the document
   * @param uri where the document came from
   * @param title title of the document
   * @param headings the headings above its start, outermost first
   * @param marks the places of its text in the source, by bytes of the document's text
   * @param span bytes of the document's text
   * @param text exactly those bytes
   * @param tokens number of tokens
   * @param rank rank, from 1, of the best hit that it is from or stands beside
   * @param probability of that hit, see {@link Hit#probability()}
   */
  public record WindowSpan(
      String document,
      String uri,
      String title,
      List<String> headings,
      List<Mark> marks,
      Span span,
      String text,
      int tokens,
      int rank,
      OptionalDouble probability) {
    public WindowSpan {
      headings = List.copyOf(headings);
      marks = List.copyOf(marks);
    }
  }

  /**
   * A passage that spans were cut from: a hit, or one beside a hit.
   *
   * @param rank the hit's, from 1; a lower one for a passage beside a hit
   * @param probability of the hit, see {@link Hit#probability()}
   */
  public record WindowPassage(Passage passage, int rank, OptionalDouble probability) {}

  public Window {
    spans = List.copyOf(spans);
    passages = List.copyOf(passages);
  }
}
