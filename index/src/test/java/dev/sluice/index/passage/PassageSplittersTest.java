package dev.sluice.index.passage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import dev.sluice.index.passage.PassageSplitter.Cut;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassageSplittersTest {

  private static final WhitespaceTokenizer WORDS = new WhitespaceTokenizer();

  @ParameterizedTest
  @CsvSource({
    "sentence, sentence:200:40",
    "sentence:100, sentence:100:20",
    "sentence:90:0, sentence:90:0",
    "whole, whole"
  })
  void areNamed(String spec, String name) {
    assertEquals(name, PassageSplitters.parse(spec, WORDS).name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "paragraph",
        "whole:3",
        "sentence:",
        "sentence:x",
        "sentence:0",
        "sentence:10:6",
        "sentence:10:-1",
        "sentence:10:2:3",
        "sentence:2000000"
      })
  void sayWhatIsAllowed(String spec) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> PassageSplitters.parse(spec, WORDS));
    assertTrue(e.getMessage().contains("'" + spec + "'"), e.getMessage());
    assertTrue(e.getMessage().contains("sentence:200:40"), e.getMessage());
  }

  @Test
  void wholeGivesOnePassageOfTheDocument() {
    Document document = Document.of("d", "t", "  One. Two three.\n\nFour.\n");
    assertEquals(List.of(new Cut(2, 24, List.of(), 4)), new WholePassages(WORDS).split(document));
    assertEquals(List.of(), new WholePassages(WORDS).split(Document.of("d", "t", " \n")));
  }
}
