package dev.sluice.context;

import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.passage.Sentences;
import dev.sluice.inference.Embedder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Answers with the sentences of the window that fit the question best, word for word, and refuses
 * when none fits well enough. A sentence is judged by the terms that it shares with the question
 * and by the likeness of their vectors.
 */
final class ExtractiveAnswerer implements Answerer {
  /** Vectors are computed for the most promising sentences only: they are what an answer costs. */
  private static final int EMBEDDED = 40;

  private static final int MIN_WORDS = 4;
  private static final int MAX_SENTENCES = 3;

  private final Supplier<Optional<Embedder>> embedder;

  /**
   * @param embedder gives the model of the vectors, which stays the caller's; empty to judge by
   *     terms alone
   */
  ExtractiveAnswerer(Supplier<Optional<Embedder>> embedder) {
    this.embedder = embedder;
  }

  @Override
  public String name() {
    return "extractive";
  }

  @Override
  public Draft answer(String question, Window window) {
    QuestionTerms terms = new QuestionTerms(question, window);
    List<SentenceEvidence> evidence = new ArrayList<>();
    for (WindowSpan span : window.spans()) {
      for (Sentences.Range range : Sentences.of(span.text())) {
        if (worthSaying(range.in(span.text()))) {
          double coverage = terms.coverage(span, range.in(span.text()));
          evidence.add(new SentenceEvidence(span, range.from(), range.to(), coverage, 0));
        }
      }
    }
    if (evidence.isEmpty()) {
      return new Draft(0, "", List.of(), List.of(), 0);
    }
    evidence.sort(Comparator.comparingDouble(ExtractiveAnswerer::firstLook).reversed());
    List<SentenceEvidence> best = evidence.subList(0, Math.min(EMBEDDED, evidence.size()));
    Optional<Embedder> model = embedder.get();
    if (model.isPresent()) {
      best = compared(question, best, model.get());
    }
    Calibration calibration = model.isPresent() ? Calibration.WITH_VECTORS : Calibration.TERMS;
    best = best.stream().sorted(calibration.bestFirst()).toList();
    double confidence = calibration.confidence(best);
    return confidence < Calibration.THRESHOLD
        ? new Draft(confidence, "", List.of(), List.of(), 0)
        : draft(confidence, calibration.chosen(best, MAX_SENTENCES));
  }

  /** Terms first; of equal ones the sentence of the better hit. */
  private static double firstLook(SentenceEvidence sentence) {
    return sentence.coverage() + 0.3 / sentence.span().rank();
  }

  private static boolean worthSaying(String sentence) {
    return sentence.strip().split("\\s+", MIN_WORDS + 1).length >= MIN_WORDS;
  }

  private static List<SentenceEvidence> compared(
      String question, List<SentenceEvidence> sentences, Embedder model) {
    double[] likeness =
        Likeness.of(question, sentences.stream().map(SentenceEvidence::text).toList(), model);
    List<SentenceEvidence> compared = new ArrayList<>(sentences.size());
    for (int i = 0; i < likeness.length; i++) {
      compared.add(sentences.get(i).withSimilarity(likeness[i]));
    }
    return compared;
  }

  private static Draft draft(double confidence, List<SentenceEvidence> chosen) {
    List<Answer.Sentence> sentences = new ArrayList<>();
    List<Citation> citations = new ArrayList<>();
    for (SentenceEvidence sentence : chosen) {
      int n = citations.size() + 1;
      citations.add(Citation.of(n, sentence.span(), sentence.from(), sentence.to()));
      sentences.add(new Answer.Sentence(Prose.singleSpaced(sentence.text()), List.of(n)));
    }
    String text = sentences.stream().map(Answer.Sentence::text).collect(Collectors.joining(" "));
    return new Draft(confidence, text, sentences, citations, 0);
  }
}
