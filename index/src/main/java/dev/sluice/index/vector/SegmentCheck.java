package dev.sluice.index.vector;

import dev.sluice.error.DamagedException;

/** Checks a vector segment whole: its checksum, and that what it says makes sense. */
public final class SegmentCheck {
  private final VectorSegment segment;
  private final MappedNodes nodes;

  private SegmentCheck(VectorSegment segment) {
    this.segment = segment;
    this.nodes = segment.nodes();
  }

  /**
   * Reads all of a segment.
   *
   * @throws DamagedException when it is damaged
   */
  public static void check(VectorSegment segment) {
    segment.verify();
    SegmentCheck check = new SegmentCheck(segment);
    check.passages();
    for (int level = 0; level <= check.nodes.layout().levels(); level++) {
      check.links(level);
    }
  }

  private void passages() {
    int previous = -1;
    for (int node = 0; node < nodes.size(); node++) {
      int passage = nodes.passage(node);
      expect(passage > previous, "passage %d after %d".formatted(passage, previous));
      float scale = nodes.codes(node).scale();
      expect(scale >= 0 && Float.isFinite(scale), "a scale of " + scale);
      previous = passage;
    }
  }

  private void links(int level) {
    if (!segment.hasGraph()) {
      return;
    }
    int found = 0;
    for (int node = 0; node < nodes.size(); node++) {
      if (level > 0 && !nodes.isOnLevel(node, level)) {
        continue;
      }
      found++;
      long at = nodes.linksAt(node, level);
      int count = nodes.linkCount(at, level);
      for (int i = 0; i < count; i++) {
        int link = nodes.link(at, level, i);
        expect(
            level == 0 || nodes.isOnLevel(link, level),
            "a link to node %d, which is not on level %d".formatted(link, level));
      }
    }
    int expected = level == 0 ? nodes.size() : nodes.layout().levelSizes()[level - 1];
    expect(found == expected, "%d nodes on level %d".formatted(found, level));
  }

  private void expect(boolean sound, String found) {
    if (!sound) {
      throw new DamagedException(
          segment.path() + ": found " + found + "; the file is damaged, repair the index");
    }
  }
}
