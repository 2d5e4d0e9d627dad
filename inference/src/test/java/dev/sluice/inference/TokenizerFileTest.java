package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.network.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFileTest {
  private static TokenizerFile tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = TokenizerFile.open(Models.bgeSmall().tokenizer());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static List<String> pieces(String text) {
    Tokens tokens = tokenizer.encode(text);
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < tokens.length(); i++) {
      pieces.add(text.substring(tokens.starts()[i], tokens.ends()[i]));
    }
    return pieces;
  }

  @Test
  void addsNoSpecialTokens() {
    assertArrayEquals(
        new int[] {7592, 2088}, tokenizer.encode("Hello, world".replace(",", "")).ids());
  }

  @Test
  void offsetsOfPlainTextAreItsWords() {
    assertEquals(List.of("Hello", ",", "world", "!"), pieces("Hello,  world!"));
  }

  @Test
  void offsetsCountCharsBehindAstralCharacters() {
    assertEquals(List.of("a", "😀", "hello", "𝒳", "world"), pieces("a 😀 hello 𝒳 world"));
  }

  @Test
  void offsetsSpanAccentedCharactersInBothForms() {
    assertEquals(List.of("caf\u00e9", "noir"), pieces("caf\u00e9 noir"));
    assertEquals(List.of("cafe", "noir"), pieces("cafe\u0301 noir"));
  }

  @Test
  void offsetsSurviveHalfASurrogatePair() {
    assertEquals("y", pieces("x \ud83d y").getLast());
    assertEquals("y", pieces("\ude00 x y").getLast());
  }

  @Test
  void offsetsSurviveControlCharacters() {
    assertEquals(List.of("x", "y"), pieces("x \u0000\u0007 y"));
  }

  @Test
  void emptyTextHasNoTokens() {
    assertEquals(0, tokenizer.encode("").length());
    assertEquals(0, tokenizer.count(" \n\t"));
  }

  @Test
  void noTextsHaveNoTokens() {
    assertEquals(List.of(), tokenizer.encodeAll(List.of()));
  }

  @Test
  void manyTextsAreEncodedAsOneByOne() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      texts.add("word 😀 é ".repeat(random.nextInt(30)) + i);
    }
    List<Tokens> all = tokenizer.encodeAll(texts);
    for (int i = 0; i < texts.size(); i++) {
      Tokens one = tokenizer.encode(texts.get(i));
      assertArrayEquals(one.ids(), all.get(i).ids(), "seed " + seed);
      assertArrayEquals(one.starts(), all.get(i).starts(), "seed " + seed);
      assertArrayEquals(one.ends(), all.get(i).ends(), "seed " + seed);
    }
  }

  @Test
  void fiveMegabytesAreEncodedWholeAndWithTheirOffsets() {
    String text = "caf\u00e9 😀 retrieval ".repeat(5_000_000 / 18);
    Tokens tokens =
        Assertions.assertTimeoutPreemptively(
            Duration.ofMinutes(2), () -> tokenizer.encode(text), "quadratic time");
    int last = tokens.length() - 1;
    assertEquals("retrieval", text.substring(tokens.starts()[last], tokens.ends()[last]));
    assertEquals(5_000_000 / 18 * 3, tokens.length());
  }

  @Test
  void truncationAndPaddingOfTheFileAreLeftOut(@TempDir Path folder) throws IOException {
    String json = Files.readString(Models.bgeSmall().tokenizer());
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(
        file,
        json.replace(
                "\"truncation\": null",
                "\"truncation\": {\"direction\":\"Right\",\"max_length\":16,"
                    + "\"strategy\":\"LongestFirst\",\"stride\":0}")
            .replace(
                "\"padding\": null",
                "\"padding\": {\"strategy\":{\"Fixed\":128},\"direction\":\"Right\","
                    + "\"pad_to_multiple_of\":null,\"pad_id\":0,\"pad_type_id\":0,"
                    + "\"pad_token\":\"[PAD]\"}"));
    try (TokenizerFile other = TokenizerFile.open(file)) {
      assertEquals(2, other.count("hello world"));
      assertEquals(300, other.count("hello ".repeat(300)));
    }
  }

  @Test
  void templateOfTheFileGivesTheSpecialTokens() {
    SpecialTokens special = tokenizer.specialTokens();
    assertArrayEquals(new int[] {101, 7, 102}, special.single(new int[] {7}, 512).ids());
    Sequence pair = special.pair(new int[] {7}, new int[] {8, 9}, 512);
    assertArrayEquals(new int[] {101, 7, 102, 8, 9, 102}, pair.ids());
    assertEquals(3, pair.secondStart());
    assertEquals(1, pair.secondType());
  }

  @Test
  void missingFileIsNamed() {
    var e =
        assertThrows(
            InvalidInputException.class, () -> TokenizerFile.open(Path.of("no-such", "t.json")));
    assertTrue(e.getMessage().contains("t.json"), e.getMessage());
  }

  @Test
  void fileThatIsNoTokenizerIsDamaged(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"version\":");
    var e = assertThrows(DamagedException.class, () -> TokenizerFile.open(file));
    assertTrue(e.getMessage().contains("tokenizer.json"), e.getMessage());
  }

  @Test
  void closingTwiceIsHarmlessAndUsingItThenIsRefused() {
    TokenizerFile other = TokenizerFile.open(Models.bgeSmall().tokenizer());
    other.close();
    other.close();
    assertThrows(IllegalStateException.class, () -> other.encode("x"));
  }

  @Test
  void headsOfLongTextsAreThoseOfTheWholeText() {
    List<String> texts =
        List.of(
            "short",
            "",
            "word ".repeat(5000),
            " ".repeat(100_000) + "far",
            "x".repeat(50_000) + " y");
    List<Tokens> heads = TextHeads.of(tokenizer, texts, 100);
    for (int i = 0; i < texts.size(); i++) {
      int[] whole = tokenizer.encode(texts.get(i)).ids();
      assertArrayEquals(Arrays.copyOf(whole, Math.min(100, whole.length)), heads.get(i).ids());
    }
  }
}
