package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongTextTest {
  private static final List<String> PARTS =
      List.of(
          "word", " ", "  ", "caf\u00e9", "e\u0301", "😀", "\n", ".", "中文", "unbelievable", "7");

  private static String randomText(long seed, int length) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(PARTS.get(random.nextInt(PARTS.size()))).append(random.nextBoolean() ? " " : "");
    }
    return text.toString();
  }

  @Test
  void shortTextIsOnePiece() {
    assertEquals(List.of("a b"), LongText.split("a b").pieces());
  }

  @Test
  void piecesMakeUpTheText() {
    long seed = new Random().nextLong();
    String text = randomText(seed, 300_000);
    List<String> pieces = LongText.split(text).pieces();
    assertTrue(pieces.size() > 5, "seed " + seed);
    assertEquals(text, String.join("", pieces), "seed " + seed);
  }

  @Test
  void textWithoutSpacesStaysWhole() {
    String text = "x".repeat(100_000);
    assertEquals(List.of(text), LongText.split(text).pieces());
  }

  @Test
  void tokensAreThoseOfTheUndividedText() {
    long seed = new Random().nextLong();
    String text = randomText(seed, 60_000);
    try (TokenizerFile tokenizer = TokenizerFile.open(Models.bgeSmall().tokenizer())) {
      Tokens whole = tokenizer.encodeUndivided(text);
      Tokens joined = tokenizer.encode(text);
      assertTrue(LongText.split(text).pieces().size() > 1, "seed " + seed);
      assertArrayEquals(whole.ids(), joined.ids(), "seed " + seed);
      assertArrayEquals(whole.starts(), joined.starts(), "seed " + seed);
      assertArrayEquals(whole.ends(), joined.ends(), "seed " + seed);
    }
  }
}
