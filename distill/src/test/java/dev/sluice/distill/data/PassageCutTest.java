package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PassageCutTest {

  private static List<String> texts(String text, int limit) {
    return PassageCut.parts(text, limit).stream().map(PassageCut.Part::text).toList();
  }

  @Test
  void aShortTextIsOnePart() {
    assertEquals(List.of("Short. Text."), texts("  Short. Text.\n", 100));
  }

  @Test
  void aLongTextIsCutAtTheLastEndOfASentenceThatFits() {
    assertEquals(
        List.of("First sentence here. Second one here.", "Third sentence here."),
        texts("First sentence here. Second one here. Third sentence here.", 40));
  }

  @Test
  void aSentenceThatIsTooLongIsCutAtWhiteSpace() {
    assertEquals(List.of("one two", "three", "four."), texts("one two three four.", 9));
  }

  @Test
  void noPartSplitsACharacterOrExceedsTheLimit() {
    for (PassageCut.Part part : PassageCut.parts("😀".repeat(50), 7)) {
      assertTrue(part.text().length() <= 7);
      assertEquals(part.text().length(), 2 * part.text().codePointCount(0, part.text().length()));
    }
  }

  @Test
  void theCutsLoseNothingButWhiteSpace() {
    String text = "One two. Three four five! Six; seven\n\neight? ".repeat(20);
    assertEquals(
        text.replaceAll("\\s", ""), String.join("", texts(text, 33)).replaceAll("\\s", ""));
  }

  @Test
  void aPlaceOfTheTextIsInOnePart() {
    List<PassageCut.Part> parts =
        PassageCut.parts("First sentence here. Second one here. Third sentence here.", 40);
    assertEquals(0, PassageCut.partAt(parts, 0));
    assertEquals(0, PassageCut.partAt(parts, 30));
    assertEquals(1, PassageCut.partAt(parts, 38));
    assertEquals(1, PassageCut.partAt(parts, 57));
  }
}
