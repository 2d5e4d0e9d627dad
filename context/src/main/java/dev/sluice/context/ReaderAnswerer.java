package dev.sluice.context;

import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.passage.Sentences;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.SpanLogits;
import dev.sluice.inference.SpanReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Answers with the words of the window in which a reader sees the answer, cites the sentence that
 * they stand in, and refuses where the reader sees none.
 */
final class ReaderAnswerer implements Answerer {
  /** As many characters as a reader's passages in training had, about 200 tokens. */
  private static final int PIECE_CHARACTERS = 900;

  /** The longest answer in tokens. */
  private static final int LONGEST_ANSWER = 30;

  /** As long as the reader is no better calibrated: the scores of its training. */
  private static final ScoreCalibration UNCALIBRATED = new ScoreCalibration(1, 0);

  /**
   * What the logarithm of a hit's rank takes off the log-odds of what is found in it: a reader sees
   * answers in passages on other matters, too, which the search ranks low. This, what becomes of
   * the sum, and the threshold were chosen on a development set of questions over technical
   * manuals, three in ten of which they do not answer.
   */
  private static final double RANK = 1.2;

  private static final double SLOPE = 0.5;
  private static final double BIAS = 1.6;

  /** Above this a question is answered: of those without an answer, one in four is. */
  private static final double THRESHOLD = 0.755;

  private final Supplier<SpanReader> reader;

  /**
   * @param reader opens the model, which stays the caller's
   */
  ReaderAnswerer(Supplier<SpanReader> reader) {
    this.reader = reader;
  }

  @Override
  public String name() {
    return "reader";
  }

  /** A part of a span that the reader reads at once. */
  private record Piece(WindowSpan span, int from, int to) {
    String text() {
      return span.text().substring(from, to);
    }
  }

  /**
   * What the reader sees in a piece.
   *
   * @param evidence log-odds of it by the reader, less for low ranks
   */
  private record Found(Piece piece, SpanLogits.Span words, double evidence) {

    static Found of(Piece piece, SpanLogits.Span words, ScoreCalibration calibration) {
      double logOdds = calibration.scale() * words.score() + calibration.shift();
      return new Found(piece, words, logOdds - RANK * Math.log(piece.span().rank()));
    }

    int from() {
      return piece.from() + words.from();
    }

    int to() {
      return piece.from() + words.to();
    }

    double confidence() {
      return 1 / (1 + Math.exp(-(SLOPE * evidence + BIAS)));
    }
  }

  @Override
  public Draft answer(String question, Window window) {
    List<Piece> pieces = window.spans().stream().flatMap(span -> pieces(span).stream()).toList();
    if (pieces.isEmpty()) {
      return new Draft(0, "", List.of(), List.of(), 0);
    }
    SpanReader model = reader.get();
    List<SpanLogits> said = model.read(question, pieces.stream().map(Piece::text).toList());
    ScoreCalibration calibration = model.calibration().orElse(UNCALIBRATED);
    List<Found> found = new ArrayList<>();
    long tokens = 0;
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      tokens += said.get(i).tokens().length();
      said.get(i)
          .best(LONGEST_ANSWER)
          .ifPresent(words -> found.add(Found.of(piece, words, calibration)));
    }
    if (found.isEmpty()) {
      return new Draft(0, "", List.of(), List.of(), tokens);
    }
    Found best = found.stream().max(Comparator.comparingDouble(Found::evidence)).orElseThrow();
    return best.confidence() < THRESHOLD
        ? new Draft(best.confidence(), "", List.of(), List.of(), tokens)
        : draft(best.confidence(), best, tokens);
  }

  /** Parts of a span that end with a sentence, as long as the reader reads at once. */
  private static List<Piece> pieces(WindowSpan span) {
    List<Piece> pieces = new ArrayList<>();
    int from = -1;
    int to = -1;
    for (Sentences.Range sentence : Sentences.of(span.text())) {
      if (from >= 0 && sentence.to() - from > PIECE_CHARACTERS) {
        pieces.add(new Piece(span, from, to));
        from = -1;
      }
      if (from < 0) {
        from = sentence.from();
      }
      to = sentence.to();
    }
    if (from >= 0) {
      pieces.add(new Piece(span, from, to));
    }
    return pieces;
  }

  private static Draft draft(double confidence, Found found, long tokens) {
    WindowSpan span = found.piece().span();
    int from = found.from();
    int to = found.to();
    for (Sentences.Range sentence : Sentences.of(span.text())) {
      if (sentence.from() < found.to() && sentence.to() > found.from()) {
        from = Math.min(from, sentence.from());
        to = Math.max(to, sentence.to());
      }
    }
    Citation citation = Citation.of(1, span, from, to);
    return new Draft(
        confidence,
        Prose.singleSpaced(span.text().substring(found.from(), found.to())),
        List.of(new Answer.Sentence(Prose.singleSpaced(citation.text()), List.of(1))),
        List.of(citation),
        tokens);
  }
}
