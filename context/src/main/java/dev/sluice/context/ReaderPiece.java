package dev.sluice.context;

import dev.sluice.context.Window.WindowPassage;
import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.Passage;
import dev.sluice.index.Span;
import dev.sluice.index.passage.Sentences;
import dev.sluice.inference.SpanLogits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a reader reads at once: whole sentences of a passage that spans of the window were cut from.
 * It is read with what stands around the spans, as the reader was trained on whole passages, but
 * only what stands in them is taken for an answer.
 *
 * @param from index of its first char in the passage's text
 * @param to index after its last char
 * @param cuts the spans in it, at least one
 */
record ReaderPiece(WindowPassage source, int from, int to, List<Cut> cuts) {
  /**
   * In chars, about 220 tokens: as long as the passages in training, and short enough to be read to
   * its end beside a question.
   */
  private static final int LONGEST = 1000;

  /**
   * A span, or as much of it as stands in the piece.
   *
   * @param from index of its first char in the piece
   * @param to index after its last char
   * @param start index of the same first char in the span's text
   */
  private record Cut(WindowSpan span, int from, int to, int start) {}

  /**
   * Words of a span.
   *
   * @param words indexes into the span's text
   * @param score see {@link SpanLogits.Span#score()}
   */
  record Words(WindowSpan span, Sentences.Range words, float score) {}

  /** All that is to be read of a window, in the order of its passages. */
  static List<ReaderPiece> of(Window window) {
    return window.passages().stream().flatMap(source -> of(source, window).stream()).toList();
  }

  private static List<ReaderPiece> of(WindowPassage source, Window window) {
    Passage passage = source.passage();
    List<WindowSpan> spans =
        window.spans().stream()
            .filter(span -> span.document().equals(passage.document()))
            .filter(span -> span.span().overlaps(passage.span()))
            .toList();
    List<ReaderPiece> pieces = new ArrayList<>();
    int from = -1;
    int to = -1;
    for (Sentences.Range sentence : Sentences.of(passage.text())) {
      if (from >= 0 && sentence.to() - from > LONGEST) {
        pieces.add(of(source, from, to, spans));
        from = -1;
      }
      if (from < 0) {
        from = sentence.from();
      }
      to = sentence.to();
    }
    if (from >= 0) {
      pieces.add(of(source, from, to, spans));
    }
    pieces.removeIf(piece -> piece.cuts().isEmpty());
    return pieces;
  }

  private static ReaderPiece of(WindowPassage source, int from, int to, List<WindowSpan> spans) {
    SpannedText passage = new SpannedText(source.passage().span(), source.passage().text());
    Span piece = passage.span(from, to);
    List<Cut> cuts = new ArrayList<>();
    for (WindowSpan span : spans) {
      if (span.span().overlaps(piece)) {
        int first = Math.max(span.span().from(), piece.from());
        int last = Math.min(span.span().to(), piece.to());
        cuts.add(
            new Cut(
                span,
                passage.indexOf(first) - from,
                passage.indexOf(last) - from,
                new SpannedText(span.span(), span.text()).indexOf(first)));
      }
    }
    return new ReaderPiece(source, from, to, cuts);
  }

  String text() {
    return source.passage().text().substring(from, to);
  }

  /** The best words of the spans. */
  Optional<Words> best(SpanLogits said, int maxTokens) {
    return cuts.stream()
        .flatMap(
            cut ->
                said.best(maxTokens, cut.from(), cut.to()).stream()
                    .map(
                        words -> {
                          int shift = cut.start() - cut.from();
                          return new Words(
                              cut.span(),
                              new Sentences.Range(words.from() + shift, words.to() + shift),
                              words.score());
                        }))
        .max(Comparator.comparingDouble(Words::score));
  }
}
