package dev.sluice.index.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

  private static Filter field(String name, String value) {
    return Filter.field(name).equalTo(value);
  }

  @Test
  void theBuilderSaysWhatTheExpressionSays() {
    Filter built =
        Filter.field("year")
            .atLeast(2020)
            .and(Filter.field("lang").in("en", "de"))
            .and(Filter.field("title").matches("draft").not());

    assertEquals("year >= 2020 and lang in (en, de) and not title : draft", built.toString());
    assertEquals(
        built, Filter.parse("year >= 2020 and lang in (en, de) and not title : \"draft\""));
  }

  @Test
  void notBindsClosestAndThenAndThenOr() {
    Filter a = field("a", "1");
    Filter b = field("b", "2");
    Filter c = field("c", "3");

    assertEquals(a.not().and(b).or(c), Filter.parse("not a = 1 and b = 2 or c = 3"));
    assertEquals(a.or(b.and(c)), Filter.parse("a = 1 or b = 2 and c = 3"));
    assertEquals(a.or(b).and(c), Filter.parse("(a = 1 or b = 2) and c = 3"));
    assertEquals(a.and(b).not(), Filter.parse("NOT (a = 1 AND b = 2)"));
    assertEquals("(a = 1 or b = 2) and c = 3", a.or(b).and(c).toString());
    assertEquals("not (a = 1 and b = 2)", a.and(b).not().toString());
  }

  @Test
  void andIsTheSameHoweverItIsGrouped() {
    Filter a = field("a", "1");
    Filter b = field("b", "2");
    Filter c = field("c", "3");

    assertEquals(a.and(b).and(c), a.and(b.and(c)));
    assertEquals(a.or(b).or(c), Filter.parse("a = 1 or (b = 2 or c = 3)"));
    assertNotEquals(a.and(b), b.and(a));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a!=b | not a = b",
        "a not in (b,c) | not a in (b, c)",
        "exists(a) | exists a",
        "a:b | a : b",
        "t >= 2020-05-17T08:30:00+02:00 | t >= 2020-05-17T08:30:00+02:00",
        "a = -1.5e3 | a = -1.5e3",
        "'two words' = 'it''s' | \"two words\" = \"it's\"",
        "a = \"say \\\"no\\\"\" | a = \"say \\\"no\\\"\"",
        "a = \"\" | a = \"\"",
        "a = 'and' | a = \"and\"",
        "'exists' <= x | \"exists\" <= x",
        "größe = été | größe = été",
        "a = x/y.md | a = x/y.md",
        "((a = 1)) | a = 1"
      },
      quoteCharacter = '`')
  void whatCanBeWritten(String expression, String canonical) {
    // Two quotes in a row stand for one behind a backslash, which the table cannot hold.
    String written = expression.replace("''", "\\'");
    assertEquals(canonical, Filter.parse(written).toString());
    assertEquals(Filter.parse(written), Filter.parse(canonical));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 1 | expected a condition",
        "'year' | 5 | after 'year', found the end",
        "'year >= ' | 9 | expected a value after '>=', found the end",
        "'year >= and a = b' | 9 | the word 'and'; put it in quotes",
        "'year => 3' | 7 | expected a value after '=', found '>'",
        "'a = b c = d' | 7 | expected 'and', 'or' or the end, found 'c'",
        "'(a = b' | 7 | expected ')', found the end",
        "'a = b)' | 6 | expected 'and', 'or' or the end, found ')'",
        "'a in b' | 6 | expected '(', found 'b'",
        "'a in (b c)' | 9 | expected ',' or ')', found 'c'",
        "'a in ()' | 7 | expected a value after '(', found ')'",
        "'a = \"b' | 5 | expected the end of what is quoted",
        "'not' | 4 | expected a condition",
        "'exists' | 7 | the name of a field after 'exists'",
        "'a ~ b' | 3 | found '~'",
        "'a = b and' | 10 | expected a condition"
      })
  void anErrorPointsAtThePlace(String expression, int column, String said) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Filter.parse(expression));
    String[] lines = e.getMessage().split("\\R");
    assertTrue(lines[0].startsWith("filter, column " + column + ": "), e.getMessage());
    assertTrue(lines[0].contains(said), e.getMessage());
    assertEquals("  " + expression, lines[1]);
    assertEquals(2 + column - 1, lines[2].indexOf('^'), e.getMessage());
  }

  @Test
  void aPlaceInALongExpressionIsShownWithWhatIsAroundIt() {
    String expression = "a = 1 and ".repeat(100) + "b ? 2" + " and a = 1".repeat(100);
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Filter.parse(expression));
    String[] lines = e.getMessage().split("\\R");
    assertTrue(lines[1].length() < 130, lines[1]);
    assertEquals('?', lines[1].charAt(lines[2].indexOf('^')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "not "})
  void nestingIsBounded(String opening) {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> Filter.parse(opening.repeat(100_000) + "a = 1"));
    assertTrue(e.getMessage().contains("at most 200 levels"), e.getMessage());
  }

  @Test
  void valuesOfJavaAreWrittenAsTheIndexReadsThem() {
    assertEquals("a = 2020", Filter.field("a").equalTo(2020L).toString());
    assertEquals("a < 1.5", Filter.field("a").lessThan(1.5).toString());
    assertEquals("a < 0.1", Filter.field("a").lessThan(0.1f).toString());
    assertEquals("a > 3", Filter.field("a").moreThan(3.0).toString());
    assertEquals("a = true", Filter.field("a").equalTo(true).toString());
    assertEquals("a <= 2020-05-17", Filter.field("a").atMost(LocalDate.of(2020, 5, 17)).toString());
    assertEquals("a = 2020-05", Filter.field("a").equalTo(YearMonth.of(2020, 5)).toString());
    Instant instant = Instant.parse("2020-05-17T08:30:00Z");
    assertEquals("a = 2020-05-17T08:30:00Z", Filter.field("a").equalTo(instant).toString());
    assertEquals(
        "a = 2020-05-17T10:30+02:00",
        Filter.field("a").equalTo(instant.atZone(ZoneId.of("Europe/Paris"))).toString());
    assertThrows(InvalidInputException.class, () -> Filter.field("a").equalTo(Double.NaN));
    assertThrows(InvalidInputException.class, () -> Filter.field("a").in());
    assertThrows(InvalidInputException.class, () -> Filter.field(" ").exists());
  }

  @Test
  void theExpressionOfEveryFilterReadsBackEqual() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      Filter filter = randomFilter(random, 4);
      assertEquals(filter, Filter.parse(filter.toString()), "seed " + seed + ": " + filter);
      assertEquals(filter.hashCode(), Filter.parse(filter.toString()).hashCode());
    }
  }

  private static Filter randomFilter(Random random, int depth) {
    FieldConditions field = Filter.field(word(random, 1));
    return switch (depth == 0 ? random.nextInt(6) : random.nextInt(10)) {
      case 0 -> field.equalTo(word(random, 0));
      case 1 -> field.matches(word(random, 0));
      case 2 -> field.atLeast(random.nextGaussian() * 1e6);
      case 3 -> field.exists();
      case 4 -> field.in(word(random, 0), word(random, 0));
      case 5 -> field.lessThan(random.nextInt());
      case 6 -> randomFilter(random, depth - 1).not();
      case 7 -> randomFilter(random, depth - 1).or(randomFilter(random, depth - 1));
      default -> {
        List<Filter> all = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
          all.add(randomFilter(random, depth - 1));
        }
        yield new Filter.And(all);
      }
    };
  }

  private static String word(Random random, int least) {
    String symbols = "ab1-_.:/\\\"' \t\n(),=<>!éß漢😀~";
    int length = least + random.nextInt(4);
    StringBuilder word = new StringBuilder(least > 0 ? "x" : "");
    for (int i = 0; i < length; i++) {
      int at = random.nextInt(symbols.codePointCount(0, symbols.length()));
      word.appendCodePoint(symbols.codePointAt(symbols.offsetByCodePoints(0, at)));
    }
    return random.nextInt(10) == 0 ? "not" : word.toString();
  }
}
