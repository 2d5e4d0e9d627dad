package dev.sluice.context;

import dev.sluice.cascade.Hit;
import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.Mark;
import dev.sluice.index.Passage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Packs hits into a window: best first while they fit, duplicates dropped, overlapping and
 * adjoining passages of a document joined, so that no text is paid for twice.
 */
final class WindowPacker {
  /** Texts that share this much of their word 5-grams say the same, as copied option texts do. */
  private static final double NEAR_DUPLICATE = 0.8;

  private static final int SHINGLE_WORDS = 5;

  private final Snapshot snapshot;
  private final int budget;
  private final List<Set<Integer>> packedShingles = new ArrayList<>();
  private final Map<String, List<Block>> blocks = new LinkedHashMap<>();
  private int tokens;
  private int duplicates;
  private int overBudget;

  /** A contiguous part of a document that grows while neighbours join it. */
  private static final class Block {
    private final Hit best;
    private int firstOrdinal;
    private int lastOrdinal;
    private List<String> headings;
    private List<Mark> marks;
    private Span span;
    private int tokens;

    Block(Hit hit) {
      best = hit;
      Passage passage = hit.passage();
      firstOrdinal = passage.ordinal();
      lastOrdinal = passage.ordinal();
      headings = passage.headings();
      marks = passage.marks();
      span = passage.span();
      tokens = passage.tokens();
    }

    boolean adjoins(Passage passage) {
      return passage.ordinal() >= firstOrdinal - 1 && passage.ordinal() <= lastOrdinal + 1;
    }

    /** Tokens that the passage would add; its overlap with the block is there already. */
    int costOf(Passage passage) {
      int shared =
          Math.max(
              0,
              Math.min(span.to(), passage.span().to())
                  - Math.max(span.from(), passage.span().from()));
      double fresh = 1 - (double) shared / Math.max(1, passage.span().length());
      return (int) Math.ceil(passage.tokens() * fresh);
    }

    void join(Passage passage, int addedTokens) {
      int ordinal = passage.ordinal();
      join(passage.span(), ordinal, ordinal, passage.headings(), passage.marks(), addedTokens);
    }

    void join(Block other) {
      join(
          other.span,
          other.firstOrdinal,
          other.lastOrdinal,
          other.headings,
          other.marks,
          other.tokens);
    }

    private void join(
        Span other,
        int first,
        int last,
        List<String> otherHeadings,
        List<Mark> otherMarks,
        int addedTokens) {
      if (other.from() < span.from()) {
        headings = otherHeadings;
      }
      span = new Span(Math.min(span.from(), other.from()), Math.max(span.to(), other.to()));
      marks = Mark.merge(marks, otherMarks);
      firstOrdinal = Math.min(firstOrdinal, first);
      lastOrdinal = Math.max(lastOrdinal, last);
      tokens += addedTokens;
    }
  }

  WindowPacker(Snapshot snapshot, int budget) {
    this.snapshot = snapshot;
    this.budget = budget;
  }

  /** Packs the hits; call once. */
  Window pack(List<Hit> hits) {
    for (Hit hit : hits) {
      pack(hit);
    }
    List<WindowSpan> spans = new ArrayList<>();
    for (List<Block> document : blocks.values()) {
      document.stream()
          .sorted(Comparator.comparing(block -> block.span))
          .map(this::read)
          .forEach(spans::add);
    }
    return new Window(tokens, budget, spans);
  }

  /** Hits left out since the window says the same already. */
  int duplicates() {
    return duplicates;
  }

  /** Hits left out since they did not fit. */
  int overBudget() {
    return overBudget;
  }

  private void pack(Hit hit) {
    Passage passage = hit.passage();
    List<Block> document = blocks.getOrDefault(passage.document(), List.of());
    Block home = document.stream().filter(b -> b.adjoins(passage)).findFirst().orElse(null);
    int cost = home == null ? passage.tokens() : home.costOf(passage);
    if (tokens + cost > budget) {
      overBudget++;
      return;
    }
    Set<Integer> shingles = shingles(passage.text());
    if (isDuplicate(shingles)) {
      duplicates++;
      return;
    }
    packedShingles.add(shingles);
    tokens += cost;
    if (home == null) {
      blocks.computeIfAbsent(passage.document(), id -> new ArrayList<>()).add(new Block(hit));
    } else {
      home.join(passage, cost);
      joinTouching(blocks.get(passage.document()), home);
    }
  }

  /** A passage that joins a block may close the gap to the next one. */
  private void joinTouching(List<Block> document, Block grown) {
    for (Block other : List.copyOf(document)) {
      if (other != grown
          && other.firstOrdinal <= grown.lastOrdinal + 1
          && other.lastOrdinal >= grown.firstOrdinal - 1) {
        Block kept = other.best.rank() < grown.best.rank() ? other : grown;
        Block gone = kept == other ? grown : other;
        kept.join(gone);
        document.remove(gone);
        joinTouching(document, kept);
        return;
      }
    }
  }

  private boolean isDuplicate(Set<Integer> shingles) {
    for (Set<Integer> packed : packedShingles) {
      Set<Integer> smaller = shingles.size() <= packed.size() ? shingles : packed;
      Set<Integer> larger = smaller == shingles ? packed : shingles;
      long shared = smaller.stream().filter(larger::contains).count();
      // Of the newcomer: a short passage inside a longer one adds nothing, the reverse may.
      if (shared >= NEAR_DUPLICATE * shingles.size()) {
        return true;
      }
    }
    return false;
  }

  private static Set<Integer> shingles(String text) {
    String[] words = text.strip().split("\\s+");
    Set<Integer> shingles = new HashSet<>();
    if (words.length < SHINGLE_WORDS) {
      shingles.add(String.join(" ", words).hashCode());
    }
    for (int i = 0; i + SHINGLE_WORDS <= words.length; i++) {
      int hash = 1;
      for (int j = i; j < i + SHINGLE_WORDS; j++) {
        hash = 31 * hash + words[j].hashCode();
      }
      shingles.add(hash);
    }
    return shingles;
  }

  private WindowSpan read(Block block) {
    Passage best = block.best.passage();
    String text =
        block.span.equals(best.span())
            ? best.text()
            : snapshot.text(best.document(), block.span).orElseThrow();
    return new WindowSpan(
        best.document(),
        best.uri(),
        best.title(),
        block.headings,
        block.marks,
        block.span,
        text,
        block.tokens,
        block.best.rank(),
        block.best.probability());
  }
}
