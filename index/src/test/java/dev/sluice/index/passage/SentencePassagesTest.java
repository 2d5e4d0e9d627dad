package dev.sluice.index.passage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import dev.sluice.index.Document.Heading;
import dev.sluice.index.passage.PassageSplitter.Cut;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SentencePassagesTest {

  private static final WhitespaceTokenizer WORDS = new WhitespaceTokenizer();

  private static List<String> texts(int budget, int overlap, Document document) {
    return new SentencePassages(WORDS, budget, overlap)
        .split(document).stream().map(c -> document.text().substring(c.from(), c.to())).toList();
  }

  /** A document from lines; those with # are headings. */
  private static Document document(String title, String... blocks) {
    StringBuilder text = new StringBuilder();
    List<Heading> headings = new ArrayList<>();
    for (String block : blocks) {
      int level = block.lastIndexOf('#') + 1;
      int from = text.length();
      text.append(block.substring(level).strip());
      if (level > 0) {
        headings.add(new Heading(level, from, text.length()));
      }
      text.append("\n\n");
    }
    return new Document("d", title, text.toString(), Map.of(), "", headings);
  }

  @Test
  void cutAtSentencesUnderTheBudget() {
    Document document = Document.of("d", "", "One two three. Four five. Six seven. Eight.");
    assertEquals(List.of("One two three. Four five.", "Six seven. Eight."), texts(5, 0, document));
  }

  @Test
  void repeatTheLastSentences() {
    Document document = Document.of("d", "", "One two three. Four five. Six seven. Eight.");
    assertEquals(
        List.of("One two three. Four five.", "Four five. Six seven. Eight."),
        texts(5, 2, document));
  }

  @Test
  void preferTheEndOfAParagraphToThatOfASentence() {
    Document document = document("", "One two three. Four.", "Five six. Seven eight.");
    assertEquals(List.of("One two three. Four.", "Five six. Seven eight."), texts(6, 0, document));
  }

  @Test
  void keepLabelsAndIntroductionsWithWhatFollows() {
    assertEquals(
        List.of("One two three.", "It can be:\n\nfour five."),
        texts(6, 0, document("", "One two three. It can be:", "four five.")));
    assertEquals(
        List.of("One two three.", "port\nFour five six."),
        texts(4, 0, document("", "One two three.", "port\nFour five six.")));
  }

  @Test
  void startAtHeadings() {
    Document document =
        document("", "# Top", "Five words are in here.", "## Sub", "And five words as well.");
    List<Cut> cuts = new SentencePassages(WORDS, 8, 2).split(document);
    assertEquals(
        List.of("Top\n\nFive words are in here.", "Sub\n\nAnd five words as well."),
        texts(8, 2, document));
    assertEquals(List.of("Top"), cuts.get(0).headings());
    assertEquals(List.of("Top", "Sub"), cuts.get(1).headings());
    assertEquals(6, cuts.get(1).tokens());
  }

  @Test
  void mergeSmallSectionsUnderOneParent() {
    Document document =
        document("", "# Top", "Five words are in here.", "## A", "a.", "## B", "b.", "# Z", "z z.");
    List<Cut> cuts = new SentencePassages(WORDS, 12, 0).split(document);
    assertEquals(
        List.of("Top\n\nFive words are in here.\n\nA\n\na.\n\nB\n\nb.", "Z\n\nz z."),
        texts(12, 0, document));
    assertEquals(List.of("Top"), cuts.get(0).headings());
    assertEquals(List.of("Z"), cuts.get(1).headings());
  }

  @Test
  void putAHeadingWithoutTextBeforeItsFirstSubsection() {
    Document document =
        document("", "# Top", "## Sub", "One two three four five. Six seven eight nine ten.");
    List<Cut> cuts = new SentencePassages(WORDS, 7, 0).split(document);
    assertEquals(
        List.of("Top\n\nSub\n\nOne two three four five.", "Six seven eight nine ten."),
        texts(7, 0, document));
    assertEquals(List.of("Top", "Sub"), cuts.get(0).headings());
    assertEquals(List.of("Top", "Sub"), cuts.get(1).headings());
  }

  @Test
  void leaveTheTitleOutOfTheHeadings() {
    Document document = document("Top", "# Top", "Some text is here.", "## Sub", "More text.");
    List<Cut> cuts = new SentencePassages(WORDS, 5, 0).split(document);
    assertEquals(List.of(), cuts.get(0).headings());
    assertEquals(List.of("Sub"), cuts.get(1).headings());
  }

  @Test
  void cutASentenceAboveTheBudgetAtWhiteSpace() {
    Document document = Document.of("d", "", "one two three four five six seven");
    assertEquals(List.of("one two three", "four five six", "seven"), texts(3, 0, document));
  }

  @Test
  void cutAWordAboveTheBudgetAtTokens() {
    Document document = Document.of("d", "", "abcdefghij");
    List<Cut> cuts = new SentencePassages(new WhitespaceTokenizer(2), 2, 0).split(document);
    assertEquals(
        List.of(
            new Cut(0, 4, List.of(), 2), new Cut(4, 8, List.of(), 2), new Cut(8, 10, List.of(), 1)),
        cuts);
  }

  @Test
  void cutAWordThatIsOneUnknownToken() {
    Document document = Document.of("d", "", "x".repeat(100_000));
    for (Cut cut : new SentencePassages(WORDS, 50, 0).split(document)) {
      assertTrue(cut.to() - cut.from() <= 51 * SentencePassages.CHARS_PER_TOKEN, cut.toString());
    }
  }

  @Test
  void areNoneOfBlankText() {
    assertEquals(List.of(), texts(10, 2, Document.of("d", "t", " \n\n ")));
  }

  @Test
  void coverEveryCharacterWithinTheBudget() {
    for (int run = 0; run < 300; run++) {
      long seed = 20_260 + run;
      Random random = new Random(seed);
      int budget = 1 + random.nextInt(30);
      int overlap = random.nextInt(budget / 2 + 1);
      SentencePassages splitter =
          new SentencePassages(new WhitespaceTokenizer(1 + random.nextInt(9)), budget, overlap);
      Document document = RandomDocuments.next(random);
      try {
        check(document, splitter.split(document), budget);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " " + splitter.name(), e);
      }
    }
  }

  private static void check(Document document, List<Cut> cuts, int budget) {
    String text = document.text();
    BitSet covered = new BitSet();
    int previousFrom = -1;
    int previousTo = -1;
    for (Cut cut : cuts) {
      assertTrue(cut.from() > previousFrom && cut.to() > previousTo, "in order: " + cut);
      previousFrom = cut.from();
      previousTo = cut.to();
      // A character of two chars may be two tokens; it is not cut for a budget of one.
      assertTrue(cut.tokens() <= Math.max(budget, 2), "within the budget: " + cut);
      assertFalse(Sentences.isBlank(text.charAt(cut.from())), "trimmed: " + cut);
      assertFalse(Sentences.isBlank(text.charAt(cut.to() - 1)), "trimmed: " + cut);
      assertFalse(Character.isLowSurrogate(text.charAt(cut.from())), "pair cut: " + cut);
      assertFalse(Character.isHighSurrogate(text.charAt(cut.to() - 1)), "pair cut: " + cut);
      covered.set(cut.from(), cut.to());
    }
    for (int i = 0; i < text.length(); i++) {
      assertTrue(Sentences.isBlank(text.charAt(i)) || covered.get(i), "not covered: " + i);
    }
  }

  @Test
  void takeALineOfManyMegabytes() {
    String sentence = "The quick brown fox, no. 5 of e.g. seven, jumps over pg_hba.conf again. ";
    Document document = Document.of("d", "", sentence.repeat(60_000));
    List<Cut> cuts = new SentencePassages(WORDS).split(document);
    assertTrue(cuts.size() > 3_000 && cuts.size() < 6_000, "got " + cuts.size());
  }

  @Test
  void refuseHeadingsOutsideTheText() {
    Document document =
        new Document("d", "", "short", Map.of(), "", List.of(new Heading(1, 3, 30)));
    assertThrows(InvalidInputException.class, () -> new SentencePassages(WORDS).split(document));
  }
}
