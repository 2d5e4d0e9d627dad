package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library is the oracle for tokens and offsets. */
class WordPieceTokenizerTest {
  private static final Path FILE = Models.bgeSmall().tokenizer();

  private static TokenizerFile library;
  private static WordPieceTokenizer java;

  @BeforeAll
  static void open() {
    library = TokenizerFile.open(FILE);
    java = WordPieceTokenizer.open(FILE).orElseThrow();
  }

  @AfterAll
  static void close() {
    library.close();
    java.close();
  }

  private static void assertSame(List<String> texts, String source) {
    List<Tokens> expected = library.encodeAll(texts);
    List<Tokens> found = java.encodeAll(texts);
    for (int i = 0; i < texts.size(); i++) {
      String about = source + ", text " + i + ": \"" + texts.get(i) + "\"";
      assertArrayEquals(expected.get(i).ids(), found.get(i).ids(), about);
      if (isReordered(texts.get(i))) {
        continue;
      }
      assertArrayEquals(expected.get(i).starts(), found.get(i).starts(), about);
      assertArrayEquals(expected.get(i).ends(), found.get(i).ends(), about);
      assertEquals(expected.get(i).length(), java.count(texts.get(i)), about);
    }
  }

  /**
   * Whether Unicode puts marks of the text into another order. The library then counts offsets from
   * the marks' new places, as in musical notation.
   */
  private static boolean isReordered(String text) {
    String kept =
        text.codePoints()
            .filter(c -> !isDropped(c))
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    String whole = Normalizer.normalize(kept, Normalizer.Form.NFD);
    String single =
        kept.codePoints()
            .mapToObj(c -> Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD))
            .collect(Collectors.joining());
    return !whole.equals(single);
  }

  /** What is dropped before marks are put into order, and so may bring two of them together. */
  private static boolean isDropped(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          "\t\n\r".indexOf(c) < 0; // the others that Java calls white space are dropped as well
      default -> false;
    };
  }

  @Test
  void givesTheLibrarysTokensOfEveryKindOfCharacter() {
    List<String> texts = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (isCommonKind(c) ? c % 61 == 0 : !Character.isSurrogate((char) c) || c > 0xffff) {
        String character = Character.toString(c);
        texts.add("a" + character + "b 1" + character + " " + character);
      }
    }
    assertTrue(texts.size() > 40_000);
    assertSame(texts, "each character");
  }

  /** Large blocks whose characters are all alike, and what is not assigned. */
  private static boolean isCommonKind(int c) {
    return switch (Character.getType(c)) {
      case Character.UNASSIGNED, Character.PRIVATE_USE -> true;
      default -> Character.isIdeographic(c) || (c >= 0xac00 && c <= 0xd7a3);
    };
  }

  @Test
  void givesTheLibrarysTokensOfProse() {
    assertSame(
        List.of(
            "",
            " \t\n\u00a0\u3000 ",
            "The naïve café-owner's re-entry cost 3,50 € (i.e. ~$3.80)...",
            "Transformers' self-attention: softmax(QKᵀ/√d)·V, unaffable"
                + " antidisestablishmentarianism",
            "Cafe\u0301 und Straße, ŒUVRE, İstanbul, ΣΊΣΥΦΟΣ, ÅNGSTRÖM Å",
            "東京は日本の首都です。 Москва — столица России. 서울은 수도입니다",
            "[CLS] first [SEP] second[MASK]third [UNK] [PAD] [cls] [ SEP ] [[SEP]]",
            "o\u0332\u001d\ud834\udd71 brought together where U+001D is dropped",
            "x".repeat(100) + " " + "y".repeat(101) + " " + "é".repeat(100) + " 😀".repeat(3),
            "β-catenin, IL-1α and TNF-α at 37°C ± 0.5; p<0.05\u0000\u200b\ufeff\u00ad end",
            "a\ud83d b\udc00c \ud83d\ude00 ##ing # #in ##",
            "ﬁne ﬂow ① ½ ㎏ ﬀ Ⅷ \u1e9b\u0323 \u0041\u030a\u0327"),
        "prose");
  }

  @Test
  void givesTheLibrarysTokensOfRandomText() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(piece(random));
      }
      texts.add(text.toString());
    }
    assertSame(texts, "seed " + seed);
  }

  private static String piece(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> " ";
      case 1 -> Character.toString(0x300 + random.nextInt(0x70)); // accents
      case 2 -> Character.toString(random.nextInt(0x250)); // Latin and controls
      case 3 -> Character.toString(0x370 + random.nextInt(0x200)); // Greek, Cyrillic, Hebrew
      case 4 -> Character.toString(0x2000 + random.nextInt(0x400)); // punctuation and symbols
      case 5 -> Character.toString(random.nextInt(0x110000)); // halves of pairs too
      case 6 -> Character.toString(0x1f300 + random.nextInt(0x400));
      case 7 -> List.of("[SEP]", "[MASK]", "[", "]", "##", "\r\n").get(random.nextInt(6));
      case 8 -> Character.toString(0x1d100 + random.nextInt(0x100)); // musical, marks that compose
      default -> Character.toString('a' + random.nextInt(26));
    };
  }

  @Test
  void leavesOtherTokenizersToTheLibrary(@TempDir Path folder) throws IOException {
    String json = Files.readString(FILE);
    for (String[] change :
        new String[][] {
          {"\"lowercase\":true", "\"lowercase\":false"},
          {"\"BertPreTokenizer\"", "\"Whitespace\""},
          {"\"normalized\":false", "\"normalized\":true"},
        }) {
      String changed = json.replaceAll("\\s*:\\s*", ":").replace(change[0], change[1]);
      assertTrue(changed.contains(change[1]), change[1]);
      Path file = Files.writeString(folder.resolve("tokenizer.json"), changed);
      assertTrue(WordPieceTokenizer.open(file).isEmpty(), change[1]);
    }
  }

  @Test
  void damagedFileIsNamed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": ");
    DamagedException e = assertThrows(DamagedException.class, () -> WordPieceTokenizer.open(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }
}
