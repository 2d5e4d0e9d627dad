package dev.sluice.index.passage;

import dev.sluice.index.passage.PassageSplitter.Cut;
import dev.sluice.index.passage.Sections.Section;
import dev.sluice.inference.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** The cutting of one document: fills passages with units, which are sentences or parts of one. */
final class Splitting {

  private static final int LONGEST_LABEL = 60;

  private final String text;
  private final TokenPositions tokens;
  private final int budget;
  private final int overlap;
  private final List<Cut> cuts = new ArrayList<>();

  Splitting(String text, Tokenizer tokenizer, int budget, int overlap) {
    this.text = text;
    this.tokens = new TokenPositions(text, tokenizer);
    this.budget = budget;
    this.overlap = overlap;
  }

  String text() {
    return text;
  }

  List<Cut> cuts() {
    return List.copyOf(cuts);
  }

  /** Tokens of a range, at least one per {@link SentencePassages#CHARS_PER_TOKEN} characters. */
  int cost(int from, int to) {
    return Math.max(tokens.count(from, to), (to - from) / SentencePassages.CHARS_PER_TOKEN);
  }

  /** Cuts the sections of a group, which may share passages. */
  void addGroup(List<Section> group) {
    Units units = new Units();
    for (int s = 0; s < group.size(); s++) {
      Section section = group.get(s);
      addUnits(units.in(s, true), section.from(), section.body());
      addUnits(units.in(s, false), section.body(), section.to());
    }
    int first = 0;
    int fresh = 0; // the first unit that no passage holds yet
    while (fresh < units.size()) {
      int last = lastOf(units, first, fresh);
      cuts.add(cut(units, first, last, group));
      fresh = last + 1;
      first = fresh < units.size() ? repeatFrom(units, first, fresh) : fresh;
    }
  }

  /** Index of the unit that a passage from {@code first} ends with; at least {@code fresh}. */
  private int lastOf(Units units, int first, int fresh) {
    int last = fresh;
    int paragraph = -1;
    for (int i = fresh; i < units.size(); i++) {
      int cost = cost(units.from(first), units.to(i));
      if (cost > budget) {
        break;
      }
      last = i;
      if (2 * cost >= budget && units.endsParagraph(i) && !units.leadsOn(i)) {
        paragraph = i;
      }
    }
    if (last == units.size() - 1) {
      return last;
    }
    if (paragraph >= 0) {
      last = paragraph;
    }
    if (last > fresh && units.leadsOn(last)) {
      last--;
    }
    while (last > fresh && units.isHeading(last)) {
      last--;
    }
    return last;
  }

  /** Where the passage after {@code fresh - 1} starts: at the sentences that it repeats. */
  private int repeatFrom(Units units, int first, int fresh) {
    int from = fresh;
    if (units.isHeading(fresh)) {
      return fresh;
    }
    while (from - 1 > first
        && units.section(from - 1) == units.section(fresh)
        && !units.isHeading(from - 1)
        && cost(units.from(from - 1), units.to(fresh - 1)) <= overlap
        && cost(units.from(from - 1), units.to(fresh)) <= budget) {
      from--;
    }
    return from;
  }

  private Cut cut(Units units, int first, int last, List<Section> group) {
    int from = units.from(first);
    int to = units.to(last);
    List<Section> touched = group.subList(units.section(first), units.section(last) + 1);
    return new Cut(from, to, commonPath(touched), tokens.count(from, to));
  }

  /** The headings above all of the sections; those without a body of their own do not count. */
  private List<String> commonPath(List<Section> sections) {
    List<String> common = sections.getLast().path();
    for (Section section : sections) {
      if (!section.isBare(text)) {
        int same = 0;
        int most = Math.min(common.size(), section.path().size());
        while (same < most && common.get(same).equals(section.path().get(same))) {
          same++;
        }
        common = common.subList(0, same);
      }
    }
    return common;
  }

  private void addUnits(Units units, int from, int to) {
    Sentences sentences = Sentences.of(text, from, to);
    boolean startsParagraph = true;
    for (int i = 0; i < sentences.size(); i++) {
      int start = sentences.from(i);
      int end = sentences.to(i);
      int next = i + 1 < sentences.size() ? sentences.from(i + 1) : to;
      boolean endsParagraph = hasBlankLine(end, next);
      addParts(units, start, end, endsParagraph);
      if (text.charAt(end - 1) == ':'
          || (startsParagraph && !endsParagraph && isLabel(start, end))) {
        units.markLeadingOn();
      }
      startsParagraph = endsParagraph;
    }
  }

  /** Whether a sentence looks like a term above its definition or the head of a table. */
  private boolean isLabel(int from, int to) {
    return to - from <= LONGEST_LABEL && ".!?;,…".indexOf(text.charAt(to - 1)) < 0;
  }

  /** Adds a sentence, cut at white space into parts that fit the budget. */
  private void addParts(Units units, int from, int to, boolean endsParagraph) {
    int start = from;
    while (cost(start, to) > budget) {
      int end = partEnd(start, to);
      units.add(start, Sentences.trimEnd(text, start, end), false);
      start = Sentences.skipBlank(text, end, to);
    }
    units.add(start, to, endsParagraph);
  }

  private int partEnd(int start, int to) {
    int chars = start + (budget + 1) * SentencePassages.CHARS_PER_TOKEN - 1;
    int reach = tokens.reach(start, budget, Math.min(to, Math.max(chars, start + 1)));
    for (int at = reach; at > start; at--) {
      if (at < to && Sentences.isBlank(text.charAt(at))) {
        return at;
      }
    }
    int end = Math.max(reach, start + 1);
    if (end < to && Character.isLowSurrogate(text.charAt(end))) {
      end = end - 1 > start ? end - 1 : end + 1;
    }
    return end;
  }

  private boolean hasBlankLine(int from, int to) {
    int feeds = 0;
    for (int i = from; i < to; i++) {
      feeds += text.charAt(i) == '\n' ? 1 : 0;
    }
    return feeds > 1;
  }
}
