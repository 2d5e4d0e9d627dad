package dev.sluice.context;

import dev.sluice.context.Window.WindowPassage;
import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.passage.Sentences;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.SpanLogits;
import dev.sluice.inference.SpanReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Answers with the words of the window in which a reader sees the answer, cites the sentence that
 * they stand in, and refuses where the reader sees none.
 */
final class ReaderAnswerer implements Answerer {
  /** The longest answer in tokens. */
  private static final int LONGEST_ANSWER = 30;

  /** As long as the reader is no better calibrated: the scores of its training. */
  private static final ScoreCalibration UNCALIBRATED = new ScoreCalibration(1, 0);

  /**
   * What the logarithm of a hit's rank takes off the log-odds of what is found in it: a reader sees
   * answers in passages on other matters, too, which the search ranks low. This, the two weights
   * below, what becomes of the sum, and the threshold were chosen on a development set of questions
   * over technical manuals, three in ten of which they do not answer, and on half of the questions
   * of CLAP NQ, half of which have no answer.
   */
  private static final double RANK = 0.8;

  /**
   * What it adds to the log-odds that a sentence is more like the question, by their vectors, than
   * those of the other pieces, by standard deviations: a reader takes to words of the right kind.
   */
  private static final double LIKENESS = 0.5;

  /** What the log-odds that the hit is relevant add: a reader judges every passage by itself. */
  private static final double RELEVANCE = 0.8;

  /** Log-odds of a hit whose relevance nobody judged: about those of hits that answers are from. */
  private static final double UNJUDGED = -1.5;

  /** Log-odds of relevance are held between this and its negative. */
  private static final double SUREST = 9.2;

  private static final double SLOPE = 0.43;
  private static final double BIAS = 2.15;

  /** From here on a question is answered: of those without an answer, at most one in four was. */
  private static final double THRESHOLD = 0.73;

  private final Supplier<SpanReader> reader;
  private final Supplier<Optional<Embedder>> embedder;

  /**
   * @param reader opens the model, which stays the caller's
   * @param embedder gives the model of the vectors, which stays the caller's; empty to go without
   *     likeness
   */
  ReaderAnswerer(Supplier<SpanReader> reader, Supplier<Optional<Embedder>> embedder) {
    this.reader = reader;
    this.embedder = embedder;
  }

  @Override
  public String name() {
    return "reader";
  }

  /**
   * What the reader sees in a piece.
   *
   * @param words indexes into the span's text, as those of the sentence
   * @param sentence the sentence, or the sentences, that the words stand in
   * @param evidence log-odds of it by the reader, less for low ranks, more for relevant hits and
   *     for sentences like the question
   */
  private record Found(
      WindowSpan span, Sentences.Range words, Sentences.Range sentence, double evidence) {

    static Found of(WindowPassage source, ReaderPiece.Words said, ScoreCalibration calibration) {
      double logOdds = calibration.scale() * said.score() + calibration.shift();
      return new Found(
          said.span(),
          said.words(),
          sentence(said.span().text(), said.words().from(), said.words().to()),
          logOdds - RANK * Math.log(source.rank()) + RELEVANCE * relevance(source));
    }

    private static double relevance(WindowPassage source) {
      double probability = source.probability().orElse(Double.NaN);
      return Double.isNaN(probability)
          ? UNJUDGED
          : Math.clamp(Math.log(probability / (1 - probability)), -SUREST, SUREST);
    }

    private static Sentences.Range sentence(String text, int from, int to) {
      int first = from;
      int last = to;
      for (Sentences.Range sentence : Sentences.of(text)) {
        if (sentence.from() < to && sentence.to() > from) {
          first = Math.min(first, sentence.from());
          last = Math.max(last, sentence.to());
        }
      }
      return new Sentences.Range(first, last);
    }

    String text() {
      return sentence.in(span.text());
    }

    Found with(double moreEvidence) {
      return new Found(span, words, sentence, evidence + moreEvidence);
    }

    double confidence() {
      return 1 / (1 + Math.exp(-(SLOPE * evidence + BIAS)));
    }
  }

  @Override
  public Draft answer(String question, Window window) {
    List<ReaderPiece> pieces = ReaderPiece.of(window);
    if (pieces.isEmpty()) {
      return new Draft(0, "", List.of(), List.of(), 0);
    }
    SpanReader model = reader.get();
    List<SpanLogits> said = model.read(question, pieces.stream().map(ReaderPiece::text).toList());
    ScoreCalibration calibration = model.calibration().orElse(UNCALIBRATED);
    List<Found> found = new ArrayList<>();
    long tokens = 0;
    for (int i = 0; i < pieces.size(); i++) {
      ReaderPiece piece = pieces.get(i);
      tokens += said.get(i).tokens().length();
      piece
          .best(said.get(i), LONGEST_ANSWER)
          .ifPresent(words -> found.add(Found.of(piece.source(), words, calibration)));
    }
    if (found.isEmpty()) {
      return new Draft(0, "", List.of(), List.of(), tokens);
    }
    Found best =
        compared(question, found).stream()
            .max(Comparator.comparingDouble(Found::evidence))
            .orElseThrow();
    return best.confidence() < THRESHOLD
        ? new Draft(best.confidence(), "", List.of(), List.of(), tokens)
        : draft(best.confidence(), best, tokens);
  }

  private List<Found> compared(String question, List<Found> found) {
    Optional<Embedder> model = embedder.get();
    if (model.isEmpty()) {
      return found;
    }
    double[] likeness =
        Likeness.standardised(
            Likeness.of(question, found.stream().map(Found::text).toList(), model.get()));
    return IntStream.range(0, found.size())
        .mapToObj(i -> found.get(i).with(LIKENESS * likeness[i]))
        .toList();
  }

  private static Draft draft(double confidence, Found found, long tokens) {
    Citation citation =
        Citation.of(1, found.span(), found.sentence().from(), found.sentence().to());
    return new Draft(
        confidence,
        Prose.singleSpaced(found.words().in(found.span().text())),
        List.of(new Answer.Sentence(Prose.singleSpaced(citation.text()), List.of(1))),
        List.of(citation),
        tokens);
  }
}
