package dev.sluice.index.reader;

import dev.sluice.index.Mark;
import dev.sluice.index.Place;
import dev.sluice.index.Place.Kind;
import dev.sluice.index.reader.Cues.Cue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.parser.Parser;

/**
 * The text of a transcript: its cues in a row, a new paragraph where another speaker takes over,
 * each cue marked with its time. Markup is left out; the speakers that it names become metadata.
 *
 * <p>Live captions roll up: a cue repeats the last lines of the one before it above its own. Such
 * lines are written once.
 */
final class TranscriptText {

  private static final Pattern VOICE = Pattern.compile("<v(?:\\.[^\\s<>]*)?\\s+([^<>]*)>");

  /** Tags of WebVTT and SubRip, times within a cue, and the overrides of SubStation Alpha. */
  private static final Pattern MARKUP =
      Pattern.compile(
          "</?[A-Za-z][^<>]*>|</>|<\\d[\\d:.]*>|\\{\\\\[^{}]*\\}|\\{/?[biuBIU]\\}|\\{y:[a-z,]*\\}");

  /** A cue that only holds the lines up while the next is typed lasts no longer. */
  private static final int SHORTEST_CUE_MILLIS = 50;

  private final StringBuilder text = new StringBuilder();
  private final List<Mark> marks = new ArrayList<>();
  private final Set<String> speakers = new TreeSet<>();
  private String speaker = "";

  /** The lines of the cue before, and when it ended. */
  private List<String> before = List.of();

  private long beforeTo = -1;

  private TranscriptText() {}

  /** Reads WebVTT where the content says so, else SubRip. */
  static ParsedText parse(String content) {
    Cues cues = Cues.of(content);
    TranscriptText transcript = new TranscriptText();
    cues.cues().forEach(transcript::add);
    List<String> leftOut =
        cues.broken() == 0
            ? List.of()
            : List.of(
                "%d of %d cues left out, the first at line %d: expected a line with times such as 00:01.000 --> 00:04.000; mend them"
                    .formatted(
                        cues.broken(), cues.broken() + cues.cues().size(), cues.firstBroken()));
    Map<String, String> metadata = new HashMap<>();
    if (!transcript.speakers.isEmpty()) {
      metadata.put("speakers", String.join(", ", transcript.speakers));
    }
    if (!cues.language().isEmpty()) {
      metadata.put("language", cues.language());
    }
    return new ParsedText(
        cues.title(), transcript.text.toString(), List.of(), metadata, transcript.marks, leftOut);
  }

  private void add(Cue cue) {
    String payload = String.join("\n", cue.lines());
    Matcher voice = VOICE.matcher(payload);
    String named = voice.find() ? unescaped(voice.group(1)) : "";
    List<String> lines = lines(payload);
    List<String> fresh = lines.subList(repeated(cue, lines), lines.size());
    if (fresh.isEmpty()) {
      if (!lines.isEmpty()) {
        prolong(cue.to());
      }
    } else {
      separate(named);
      marks.add(new Mark(text.length(), Place.time(cue.from(), cue.to())));
      text.append(String.join(" ", fresh));
    }
    before = lines;
    beforeTo = cue.to();
  }

  private static List<String> lines(String payload) {
    return MARKUP
        .matcher(payload)
        .replaceAll("")
        .lines()
        .map(TranscriptText::unescaped)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static String unescaped(String text) {
    return Parser.unescapeEntities(text, false).replaceAll("[\\s\\u00a0]+", " ").strip();
  }

  /** How many lines at the start of a cue are the last ones of the cue before. */
  private int repeated(Cue cue, List<String> lines) {
    if (cue.from() > beforeTo + SHORTEST_CUE_MILLIS) {
      return 0;
    }
    boolean holdsUp = cue.to() - cue.from() <= SHORTEST_CUE_MILLIS;
    int most = Math.min(before.size(), holdsUp ? lines.size() : lines.size() - 1);
    for (int count = most; count > 0; count--) {
      if (before.subList(before.size() - count, before.size()).equals(lines.subList(0, count))) {
        return count;
      }
    }
    return 0;
  }

  private void prolong(long to) {
    if (!marks.isEmpty()) {
      Mark last = marks.removeLast();
      long from = last.place().from();
      marks.add(new Mark(last.at(), new Place(Kind.TIME, from, Math.max(last.place().to(), to))));
    }
  }

  private void separate(String named) {
    boolean other = !named.isEmpty() && !named.equals(speaker);
    if (!text.isEmpty()) {
      text.append(other ? "\n\n" : " ");
    }
    if (other) {
      speaker = named;
      speakers.add(named);
    }
  }
}
