package dev.sluice.index.passage;

import java.util.Arrays;

/** What passages are made of, in order: ranges of the text that are not cut further. */
final class Units {

  private static final int FIELDS = 4;
  private static final int ENDS_PARAGRAPH = 1;
  private static final int HEADING = 2;
  private static final int LEADS_ON = 4;

  /** From, to, section and flags of each unit: a large document has a million of them. */
  private int[] fields = new int[FIELDS * 16];

  private int size;

  private int section;
  private int heading;

  /** Units added from here on belong to a section of the group, and to its heading or its body. */
  Units in(int section, boolean heading) {
    this.section = section;
    this.heading = heading ? HEADING : 0;
    return this;
  }

  void add(int from, int to, boolean endsParagraph) {
    int at = size++ * FIELDS;
    if (at == fields.length) {
      fields = Arrays.copyOf(fields, Math.multiplyExact(2, fields.length));
    }
    fields[at] = from;
    fields[at + 1] = to;
    fields[at + 2] = section;
    fields[at + 3] = heading | (endsParagraph ? ENDS_PARAGRAPH : 0);
  }

  /** Marks the last unit as belonging with what follows it: a label, or the words before a list. */
  void markLeadingOn() {
    fields[size * FIELDS - 1] |= LEADS_ON;
  }

  int size() {
    return size;
  }

  int from(int unit) {
    return fields[unit * FIELDS];
  }

  int to(int unit) {
    return fields[unit * FIELDS + 1];
  }

  /** Index of the unit's section in its group. */
  int section(int unit) {
    return fields[unit * FIELDS + 2];
  }

  boolean endsParagraph(int unit) {
    return (fields[unit * FIELDS + 3] & ENDS_PARAGRAPH) != 0;
  }

  boolean isHeading(int unit) {
    return (fields[unit * FIELDS + 3] & HEADING) != 0;
  }

  /** Whether a passage had better not end with the unit. */
  boolean leadsOn(int unit) {
    return (fields[unit * FIELDS + 3] & (LEADS_ON | HEADING)) != 0;
  }
}
