package dev.sluice.index.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cues of a transcript in WebVTT (W3C) or SubRip form, read leniently: hours and fractions may
 * be missing, a comma serves as a point, and a cue may follow another without a blank line. Ids,
 * comments, style and region blocks are no cues. In SubRip, which has no other way to write it, a
 * blank line within a cue belongs to it.
 */
final class Cues {

  private static final String WEBVTT = "WEBVTT";
  private static final String ARROW = "-->";

  private static final String TIME = "(?:(\\d{1,6}):)?(\\d{1,2}):(\\d{1,2})(?:[.,](\\d{1,9}))?";
  private static final Pattern TIMING =
      Pattern.compile("\\s*" + TIME + "\\s*" + ARROW + "\\s*" + TIME + "(?:\\s.*)?");
  private static final int GROUPS_OF_A_TIME = 4;

  private static final Pattern NUMBER = Pattern.compile("\\s*\\d{1,9}\\s*");
  private static final Pattern NO_CUE = Pattern.compile("(?:NOTE|STYLE|REGION)(?:\\s.*)?");
  private static final Pattern LANGUAGE = Pattern.compile("(?i)language:\\s*(\\S+).*");

  /**
   * What was said from one moment to another.
   *
   * @param from milliseconds from the start of the recording
   * @param to at least {@code from}
   * @param lines with their markup
   */
  record Cue(long from, long to, List<String> lines) {}

  private final List<String> lines;
  private final List<Cue> cues = new ArrayList<>();
  private boolean webVtt;
  private String title = "";
  private String language = "";
  private int broken;
  private int firstBroken;

  private Cues(List<String> lines) {
    this.lines = lines;
  }

  static Cues of(String content) {
    Cues cues = new Cues(content.lines().toList());
    int at = cues.header();
    while (at < cues.lines.size()) {
      int end = cues.blockEnd(at);
      if (end > at) {
        cues.block(at, end);
      }
      at = end + 1;
    }
    return cues;
  }

  List<Cue> cues() {
    return cues;
  }

  /** What the header of a WebVTT file calls it; may be empty. */
  String title() {
    return title;
  }

  /** The language that the header names; may be empty. */
  String language() {
    return language;
  }

  /** How many cues are left out since their times cannot be read. */
  int broken() {
    return broken;
  }

  /** Number of the line, from 1, with the first cue that is left out. */
  int firstBroken() {
    return firstBroken;
  }

  /** Reads the header of a WebVTT file and returns the index of the line behind it. */
  private int header() {
    if (lines.isEmpty() || !lines.getFirst().startsWith(WEBVTT)) {
      return 0;
    }
    webVtt = true;
    title = lines.getFirst().substring(WEBVTT.length()).replaceFirst("^[\\s–-]+", "").strip();
    int at = 1;
    while (at < lines.size() && !lines.get(at).isBlank() && !lines.get(at).contains(ARROW)) {
      Matcher named = LANGUAGE.matcher(lines.get(at));
      language = named.matches() ? named.group(1).toLowerCase(Locale.ROOT) : language;
      at++;
    }
    return at;
  }

  private int blockEnd(int from) {
    int at = from;
    while (at < lines.size() && !lines.get(at).isBlank()) {
      at++;
    }
    return at;
  }

  private void block(int from, int end) {
    int timing = timing(from, end, from);
    if (timing < 0) {
      withoutTiming(from, end);
      return;
    }
    int id = timing > from ? timing - 1 : timing;
    if (id > from) {
      withoutTiming(from, id);
    }
    while (timing < end) {
      int next = timing(timing + 1, end, -1);
      int payloadEnd = next < 0 ? end : next;
      if (next > timing + 1 && NUMBER.matcher(lines.get(next - 1)).matches()) {
        payloadEnd = next - 1;
      }
      cue(timing, payloadEnd);
      timing = next < 0 ? end : next;
    }
  }

  /**
   * The first line with the times of a cue; -1 where there is none.
   *
   * @param blockStart the first two lines of a block are taken for one where there is but an arrow
   */
  private int timing(int from, int end, int blockStart) {
    for (int i = from; i < end; i++) {
      String line = lines.get(i);
      boolean first = blockStart >= 0 && i <= blockStart + 1;
      if (line.contains(ARROW) && (first || TIMING.matcher(line).matches())) {
        return i;
      }
    }
    return -1;
  }

  private void withoutTiming(int from, int end) {
    if (webVtt && NO_CUE.matcher(lines.get(from)).matches()) {
      return;
    }
    boolean number = end == from + 1 && NUMBER.matcher(lines.get(from)).matches();
    if (webVtt || cues.isEmpty() || number) {
      leaveOut(from);
    } else {
      Cue cue = cues.removeLast();
      List<String> all = new ArrayList<>(cue.lines());
      all.addAll(lines.subList(from, end));
      cues.add(new Cue(cue.from(), cue.to(), all));
    }
  }

  private void cue(int timing, int end) {
    Matcher times = TIMING.matcher(lines.get(timing));
    long from = times.matches() ? millis(times, 1) : -1;
    long to = from < 0 ? -1 : millis(times, 1 + GROUPS_OF_A_TIME);
    if (from < 0 || to < from) {
      leaveOut(timing);
    } else {
      cues.add(new Cue(from, to, lines.subList(timing + 1, end)));
    }
  }

  private void leaveOut(int line) {
    firstBroken = broken == 0 ? line + 1 : firstBroken;
    broken++;
  }

  /** A time whose groups start at {@code group}; -1 where it is none. */
  private static long millis(Matcher times, int group) {
    long hours = times.group(group) == null ? 0 : Long.parseLong(times.group(group));
    long minutes = Long.parseLong(times.group(group + 1));
    long seconds = Long.parseLong(times.group(group + 2));
    String fraction = times.group(group + 3) == null ? "" : times.group(group + 3);
    long millis = Long.parseLong((fraction + "000").substring(0, 3));
    boolean isTime = seconds < 60 && (minutes < 60 || times.group(group) == null);
    return isTime ? ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis : -1;
  }
}
