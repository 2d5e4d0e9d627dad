package dev.sluice.context;

import dev.sluice.cascade.Hit;
import dev.sluice.index.Passage;
import dev.sluice.index.Span;
import dev.sluice.index.passage.Sentences;
import java.util.ArrayList;
import java.util.List;

/** A sentence that may go into a window, and what it is worth there. */
final class WindowSentence {
  private final WindowSource source;
  private final String text;
  private final Span span;
  private final int tokens;
  private double worth;
  private boolean chosen;

  private WindowSentence(WindowSource source, String text, Span span, int tokens) {
    this.source = source;
    this.text = text;
    this.span = span;
    this.tokens = tokens;
    worth = -Math.log(source.rank());
  }

  /** The sentences of a passage. Tokens are shared out among them by their bytes. */
  static List<WindowSentence> of(WindowSource source) {
    Passage passage = source.passage();
    List<WindowSentence> sentences = new ArrayList<>();
    SpannedText text = new SpannedText(passage.span(), passage.text());
    int before = 0;
    for (Sentences.Range range : Sentences.of(passage.text())) {
      Span span = text.span(range.from(), range.to());
      int after = tokensUpTo(span.to() - passage.span().from(), passage);
      sentences.add(new WindowSentence(source, range.in(passage.text()), span, after - before));
      before = after;
    }
    return sentences;
  }

  private static int tokensUpTo(int bytes, Passage passage) {
    return (int) Math.ceil((double) passage.tokens() * bytes / passage.span().length());
  }

  Passage passage() {
    return source.passage();
  }

  Hit hit() {
    return source.hit();
  }

  int rank() {
    return source.rank();
  }

  String text() {
    return text;
  }

  /** Bytes of the document's text. */
  Span span() {
    return span;
  }

  int tokens() {
    return tokens;
  }

  /** In logarithms of ranks: 0 for a sentence of middling likeness in the first hit. */
  double worth() {
    return worth;
  }

  void addWorth(double more) {
    worth += more;
  }

  void raiseTo(double least) {
    worth = Math.max(worth, least);
  }

  boolean isChosen() {
    return chosen;
  }

  void choose() {
    chosen = true;
  }

  /** Whether the next sentence known of the document is also the next of its text. */
  boolean isFollowedBy(WindowSentence next) {
    return next.passage().ordinal() - passage().ordinal() <= 1;
  }
}
