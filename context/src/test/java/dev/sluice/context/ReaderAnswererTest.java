package dev.sluice.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.context.Window.WindowPassage;
import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.Passage;
import dev.sluice.index.Span;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.SpanLogits;
import dev.sluice.inference.SpanReader;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReaderAnswererTest {
  private static final String BIRDS =
      "Müritz is a lake. The heron eats fish and frogs. It stands in the reeds.";

  /** Sees the answer in the words it is given, with a score, and in nothing else. */
  private record WordsReader(String words, float score, List<String> read) implements SpanReader {
    @Override
    public String name() {
      return "words";
    }

    @Override
    public List<SpanLogits> read(String question, List<String> passages) {
      read.addAll(passages);
      return passages.stream().map(this::said).toList();
    }

    private SpanLogits said(String passage) {
      int at = passage.indexOf(words);
      int from = Math.max(at, 0);
      int to = at < 0 ? passage.length() : at + words.length();
      float logit = at < 0 ? -9 : score;
      return new SpanLogits(
          new Tokens(new int[] {5}, new int[] {from}, new int[] {to}),
          new float[] {logit},
          new float[] {0},
          0);
    }

    @Override
    public Optional<ScoreCalibration> calibration() {
      return Optional.of(new ScoreCalibration(2, -2));
    }

    @Override
    public void close() {}
  }

  /** A vector says whether the text speaks of herons, and whether of otters. */
  private static final class WordEmbedder implements Embedder {
    @Override
    public String name() {
      return "words";
    }

    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public int maxTokens() {
      return 512;
    }

    @Override
    public Tokenizer tokenizer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public float[][] embedPassages(List<String> texts) {
      return texts.stream().map(this::embedQuery).toArray(float[][]::new);
    }

    @Override
    public float[] embedQuery(String text) {
      return new float[] {text.contains("heron") ? 1 : 0, text.contains("otter") ? 1 : 0};
    }

    @Override
    public void close() {}
  }

  private final List<String> read = new ArrayList<>();

  private static Window window(String... texts) {
    return window(List.of(texts), List.of(texts).stream().map(text -> 1).toList());
  }

  private static Window window(List<String> texts, List<Integer> ranks) {
    return window(texts, ranks, texts.stream().map(text -> OptionalDouble.of(0.5)).toList());
  }

  private static Window window(
      List<String> texts, List<Integer> ranks, List<OptionalDouble> probabilities) {
    List<WindowSpan> spans = new ArrayList<>();
    List<WindowPassage> passages = new ArrayList<>();
    for (String text : texts) {
      int from = 100 * spans.size() + 7;
      int bytes = utf8Length(text);
      String document = "d" + spans.size();
      Span span = new Span(from, from + bytes);
      int rank = ranks.get(spans.size());
      OptionalDouble probability = probabilities.get(spans.size());
      spans.add(span(document, span, text, rank, probability));
      passages.add(new WindowPassage(passage(document, span, text), rank, probability));
    }
    return new Window(10 * spans.size(), 2000, spans, passages);
  }

  private static WindowSpan span(
      String document, Span span, String text, int rank, OptionalDouble probability) {
    return new WindowSpan(
        document, "file:" + document, "", List.of(), List.of(), span, text, 10, rank, probability);
  }

  private static Passage passage(String document, Span span, String text) {
    return new Passage(
        0, document, "file:" + document, "", 0, span, List.of(), List.of(), text, 10);
  }

  /** A window of these sentences of one passage, in their order. */
  private static Window cut(String passage, String... sentences) {
    List<WindowSpan> spans = new ArrayList<>();
    for (String sentence : sentences) {
      int from = 7 + utf8Length(passage.substring(0, passage.indexOf(sentence)));
      Span span = new Span(from, from + utf8Length(sentence));
      spans.add(span("d0", span, sentence, 1, OptionalDouble.of(0.5)));
    }
    Passage whole = passage("d0", new Span(7, 7 + utf8Length(passage)), passage);
    return new Window(
        30, 2000, spans, List.of(new WindowPassage(whole, 1, OptionalDouble.of(0.5))));
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private Answerer.Draft answer(String words, float score, String... texts) {
    return new ReaderAnswerer(() -> new WordsReader(words, score, read), Optional::empty)
        .answer("What does the heron eat?", window(texts));
  }

  @Test
  void theAnswerIsTheWordsAndTheCitationTheSentenceAroundThem() {
    Answerer.Draft draft = answer("fish and frogs", 3, "It rains.", BIRDS);

    assertEquals("fish and frogs", draft.text());
    assertEquals("The heron eats fish and frogs.", draft.sentences().getFirst().text());
    Citation citation = draft.citations().getFirst();
    assertEquals("d1", citation.document());
    byte[] bytes = BIRDS.getBytes(StandardCharsets.UTF_8);
    String cited =
        new String(
            bytes,
            citation.span().from() - 107,
            citation.span().to() - citation.span().from(),
            StandardCharsets.UTF_8);
    assertEquals(citation.text(), cited);
    assertEquals("The heron eats fish and frogs.", cited.strip());
  }

  @Test
  void theConfidenceIsTheCalibratedProbabilityOfTheBestScore() {
    double logOdds = 2 * 3 - 2;

    assertEquals(
        1 / (1 + Math.exp(-(0.43 * logOdds + 2.15))), answer("fish", 3, BIRDS).confidence(), 1e-6);
  }

  @Test
  void anAnswerInALowHitHasToBeMuchSurer() {
    SpanReader reader = new WordsReader("fish", 1, read);
    List<String> texts = List.of("The heron eats fish.", "The otter eats fish.");
    Answerer answerer = new ReaderAnswerer(() -> reader, Optional::empty);
    Answerer.Draft first = answerer.answer("What?", window(texts, List.of(1, 2)));
    Answerer.Draft second = answerer.answer("What?", window(texts, List.of(2, 1)));
    Answerer.Draft low = answerer.answer("What?", window(texts, List.of(500, 600)));

    assertEquals("d0", first.citations().getFirst().document());
    assertEquals("d1", second.citations().getFirst().document());
    assertEquals(first.confidence(), second.confidence());
    assertTrue(low.confidence() < 0.73 && low.text().isEmpty(), low.toString());
  }

  private Answerer.Draft answerIn(OptionalDouble first, OptionalDouble second) {
    SpanReader reader = new WordsReader("fish", 1, read);
    List<String> texts = List.of("The heron eats fish.", "The otter eats fish.");
    return new ReaderAnswerer(() -> reader, Optional::empty)
        .answer("What?", window(texts, List.of(1, 1), List.of(first, second)));
  }

  @Test
  void anAnswerInAnUnlikelyHitHasToBeMuchSurer() {
    Answerer.Draft likely = answerIn(OptionalDouble.of(0.2), OptionalDouble.of(0.6));
    Answerer.Draft unlikely = answerIn(OptionalDouble.of(0), OptionalDouble.of(0.01));

    assertEquals("d1", likely.citations().getFirst().document());
    assertTrue(unlikely.confidence() < 0.73 && unlikely.text().isEmpty(), unlikely.toString());
  }

  @Test
  void aHitThatNobodyJudgedCountsBetweenAnUnlikelyAndALikelyOne() {
    double unjudged = answerIn(OptionalDouble.empty(), OptionalDouble.empty()).confidence();

    assertTrue(unjudged > answerIn(OptionalDouble.of(0.1), OptionalDouble.of(0.1)).confidence());
    assertTrue(unjudged < answerIn(OptionalDouble.of(0.5), OptionalDouble.of(0.5)).confidence());
    assertTrue(answerIn(OptionalDouble.of(1), OptionalDouble.of(1)).confidence() < 1);
  }

  @Test
  void ofTwoThatTheReaderLikesTheSentenceLikeTheQuestionWins() {
    SpanReader reader = new WordsReader("fish", 3, read);
    List<String> texts = List.of("The otter eats fish.", "The heron eats fish. It stands.");
    Window window = window(texts, List.of(1, 1));
    Answerer likened = new ReaderAnswerer(() -> reader, () -> Optional.of(new WordEmbedder()));
    Answerer.Draft draft = likened.answer("What does the heron eat?", window);
    Answerer.Draft otter = likened.answer("What does the otter eat?", window);

    assertEquals("The heron eats fish.", draft.sentences().getFirst().text());
    assertEquals("The otter eats fish.", otter.sentences().getFirst().text());
  }

  @Test
  void whatIsNotLikelyEnoughIsRefused() {
    Answerer.Draft draft = answer("fish", -0.4f, BIRDS);

    assertEquals("", draft.text());
    assertTrue(draft.sentences().isEmpty() && draft.citations().isEmpty());
    assertTrue(draft.confidence() > 0.7 && draft.confidence() < 0.73, draft.toString());
  }

  @Test
  void aLongPassageIsReadInPartsThatEndWithASentence() {
    answer("fish", 3, "The heron eats fish. ".repeat(200));

    assertTrue(read.size() > 3, read.size() + " parts");
    read.forEach(part -> assertTrue(part.strip().endsWith("fish."), part));
  }

  @Test
  void aSpanIsReadInThePassageThatItWasCutFrom() {
    Window window = cut(BIRDS, "The heron eats fish and frogs. ");
    Answerer.Draft draft =
        new ReaderAnswerer(() -> new WordsReader("fish and frogs", 3, read), Optional::empty)
            .answer("What does the heron eat?", window);

    assertEquals(List.of(BIRDS), read);
    assertEquals("fish and frogs", draft.text());
    assertEquals("The heron eats fish and frogs.", draft.sentences().getFirst().text());
    int from = 7 + utf8Length("Müritz is a lake. ");
    assertEquals(
        new Span(from, from + "The heron eats fish and frogs.".length()),
        draft.citations().getFirst().span());
  }

  @Test
  void onlyWhatTheWindowHoldsIsAnAnswer() {
    Answerer answerer =
        new ReaderAnswerer(() -> new WordsReader("the reeds", 3, read), Optional::empty);
    Window without = cut(BIRDS, "Müritz is a lake. ", "The heron eats fish and frogs. ");
    Window with = cut(BIRDS, "Müritz is a lake. ", "It stands in the reeds.");

    assertEquals("", answerer.answer("Where does it stand?", without).text());
    Answerer.Draft draft = answerer.answer("Where does it stand?", with);
    assertEquals("the reeds", draft.text());
    assertEquals("It stands in the reeds.", draft.citations().getFirst().text());
    assertEquals(List.of(BIRDS, BIRDS), read, "once for both spans");
  }

  @Test
  void anEmptyWindowIsRefusedWithoutTheModel() {
    Answerer.Draft draft = answer("fish", 3);

    assertEquals("", draft.text());
    assertTrue(read.isEmpty());
  }
}
