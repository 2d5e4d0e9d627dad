package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.Mark;
import dev.sluice.index.Place;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranscriptTextTest {

  private static final String TALK =
      """
      WEBVTT - A talk

      STYLE
      ::cue { color: red }

      NOTE Not said.
      Nor this.

      intro
      00:01.000 --> 00:04.500 align:start position:0%
      <v Mary Ann>Hi &amp; welcome to <i>the</i> <c.loud>show</c>.

      2
      01:02:03.004 --> 01:02:05.000
      <v.loud Bob>Bees <00:03.000>make
      honey&nbsp;&lt;here&gt;.</v>
      """;

  private static List<String> marked(ParsedText parsed) {
    List<Mark> marks = parsed.marks();
    return java.util.stream.IntStream.range(0, marks.size())
        .mapToObj(
            i -> {
              int end = i + 1 < marks.size() ? marks.get(i + 1).at() : parsed.text().length();
              Place place = marks.get(i).place();
              String words = parsed.text().substring(marks.get(i).at(), end).strip();
              return place.from() + "-" + place.to() + " " + words;
            })
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void cuesOfWebVttBecomeTextWithTimes(String lineEnd) {
    ParsedText parsed = TranscriptText.parse(TALK.replace("\n", lineEnd));
    assertEquals("A talk", parsed.title());
    assertEquals("Hi & welcome to the show.\n\nBees make honey <here>.", parsed.text());
    assertEquals(
        List.of("1000-4500 Hi & welcome to the show.", "3723004-3725000 Bees make honey <here>."),
        marked(parsed));
    assertEquals(Map.of("speakers", "Bob, Mary Ann"), parsed.metadata());
    assertEquals(List.of(), parsed.leftOut());
  }

  @Test
  void cuesOfSubRipBecomeTextWithTimes() {
    ParsedText parsed =
        TranscriptText.parse(
            """
            1
            00:00:01,5 --> 00:00:02,000 X1:40 X2:600
            {\\an8}<font color="#fff">One</font>

            two after a blank line
            2
            00:00:03,000 --> 00:00:04,000
            Three 3 < 4
            3
            00:00:05,000 --> 00:00:06,000
            {i}Four{/i}
            """);
    assertEquals(
        List.of("1500-2000 One two after a blank line", "3000-4000 Three 3 < 4", "5000-6000 Four"),
        marked(parsed));
    assertEquals(List.of(), parsed.leftOut());
  }

  @Test
  void brokenCuesAreCounted() {
    ParsedText parsed =
        TranscriptText.parse(
            """
            WEBVTT

            00:01.000 --> 00:02.000
            good

            00:61.000 --> 00:62.000
            no such second

            soon --> later
            no times

            00:09.000 --> 00:08.000
            backwards

            a block of its own

            00:10.000 --> 00:11.000
            good again
            """);
    assertEquals("good good again", parsed.text());
    assertEquals(1, parsed.leftOut().size());
    String said = parsed.leftOut().getFirst();
    assertTrue(said.startsWith("4 of 6 cues left out, the first at line 6:"), said);
  }

  @Test
  void linesThatRollUpAreWrittenOnce() {
    ParsedText parsed =
        TranscriptText.parse(
            """
            WEBVTT
            Kind: captions
            Language: EN

            00:00.000 --> 00:02.000
            so<00:00.500><c> today</c>

            00:02.000 --> 00:02.010
            so today

            00:02.010 --> 00:04.000
            so today
            we<00:03.000><c> begin</c>

            00:04.000 --> 00:04.010
            we begin

            00:04.010 --> 00:06.000
            we begin
            to count

            00:20.000 --> 00:22.000
            to count
            """);
    assertEquals(
        List.of(
            "0-2010 so today", "2010-4010 we begin", "4010-6000 to count", "20000-22000 to count"),
        marked(parsed));
    assertEquals("en", parsed.metadata().get("language"));
  }

  @Test
  void anythingIsReadWithoutFailure() {
    Random random = new Random(11);
    String alphabet = "WEBVTT0123456789:.,->< \n\r\n\n{}\\&;vab/\u00a0";
    for (int i = 0; i < 3000; i++) {
      StringBuilder content = new StringBuilder(random.nextBoolean() ? "WEBVTT\n\n" : "");
      for (int j = random.nextInt(120); j > 0; j--) {
        content.append(
            random.nextInt(12) == 0
                ? "\n00:0%d.000 --> 00:0%d.500\n".formatted(random.nextInt(10), random.nextInt(10))
                : alphabet.charAt(random.nextInt(alphabet.length())));
      }
      ParsedText parsed = TranscriptText.parse(content.toString());
      int at = 0;
      for (Mark mark : parsed.marks()) {
        assertTrue(mark.at() >= at && mark.at() < parsed.text().length(), content.toString());
        at = mark.at();
      }
    }
  }
}
