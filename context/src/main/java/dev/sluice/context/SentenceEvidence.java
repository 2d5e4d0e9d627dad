package dev.sluice.context;

import dev.sluice.context.Window.WindowSpan;

/**
 * A sentence of the window and what speaks for it.
 *
 * @param span the span it stands in
 * @param from index of its first {@code char} in the span's text
 * @param to index after its last {@code char}
 * @param coverage share of the question's terms that it or the headings above it have, rare terms
 *     counting more, 0 to 1
 * @param similarity dot product of its vector and the question's; 0 where there are no vectors
 */
record SentenceEvidence(WindowSpan span, int from, int to, double coverage, double similarity) {

  String text() {
    return span.text().substring(from, to);
  }

  SentenceEvidence withSimilarity(double newSimilarity) {
    return new SentenceEvidence(span, from, to, coverage, newSimilarity);
  }
}
