package dev.sluice.index.passage;

import dev.sluice.index.Document;
import dev.sluice.index.passage.Sections.Section;
import dev.sluice.inference.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Passages of whole sentences under a budget of tokens.
 *
 * <p>A heading starts a new passage; small neighbouring sections under one parent share a passage.
 * Within a section a passage ends at a paragraph where that leaves it at least half full, else at a
 * sentence, and repeats the last sentences of the passage before it. Only a sentence longer than
 * the budget is cut at white space, and only a word longer than the budget within the word. A range
 * counts at least one token per {@value #CHARS_PER_TOKEN} characters, so that text which the
 * tokenizer makes little of (a long word may become a single unknown token) is cut too. Every
 * character that is not white space is in a passage. Takes time linear in the text.
 */
public final class SentencePassages implements PassageSplitter {

  /** Tokens of a passage unless told otherwise. */
  public static final int DEFAULT_BUDGET = 200;

  /** Tokens that a passage repeats of the one before it unless told otherwise. */
  public static final int DEFAULT_OVERLAP = 40;

  static final int CHARS_PER_TOKEN = 16;

  /** A section of fewer tokens than this part of the budget shares a passage with a neighbour. */
  private static final int SMALL_SECTION = 4;

  private final Tokenizer tokenizer;
  private final int budget;
  private final int overlap;

  /** Passages of {@link #DEFAULT_BUDGET} and {@link #DEFAULT_OVERLAP}. */
  public SentencePassages(Tokenizer tokenizer) {
    this(tokenizer, DEFAULT_BUDGET, DEFAULT_OVERLAP);
  }

  /**
   * @param tokenizer counts tokens
   * @param budget most tokens of a passage, at least 1
   * @param overlap most tokens that a passage repeats of the one before, from 0 to half the budget
   * @throws IllegalArgumentException when the numbers are out of range
   */
  public SentencePassages(Tokenizer tokenizer, int budget, int overlap) {
    problem(budget, overlap)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(wrong);
            });
    this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
    this.budget = budget;
    this.overlap = overlap;
  }

  static Optional<String> problem(int budget, int overlap) {
    if (budget < 1) {
      return Optional.of("the budget is " + budget + " tokens, expected at least 1");
    }
    if (overlap < 0 || overlap > budget / 2) {
      return Optional.of(
          "the overlap is " + overlap + " tokens, expected 0 to half the budget of " + budget);
    }
    return Optional.empty();
  }

  @Override
  public String name() {
    return "sentence:" + budget + ":" + overlap;
  }

  @Override
  public List<Cut> split(Document document) {
    Splitting splitting = new Splitting(document.text(), tokenizer, budget, overlap);
    List<Section> group = new ArrayList<>();
    for (Section section : Sections.of(document)) {
      if (!group.isEmpty() && !joins(splitting, group, section)) {
        splitting.addGroup(group);
        group.clear();
      }
      group.add(section);
    }
    if (!group.isEmpty()) {
      splitting.addGroup(group);
    }
    return splitting.cuts();
  }

  /** Whether a section shares passages with those before it. */
  private boolean joins(Splitting splitting, List<Section> group, Section section) {
    Section first = group.getFirst();
    Section last = group.getLast();
    if (last.isBare(splitting.text()) && section.level() > last.level()) {
      return true; // a heading alone says nothing; it goes with its first subsection
    }
    if (section.level() < first.level()) {
      return false; // under another parent
    }
    int before = splitting.cost(first.from(), last.to());
    int own = splitting.cost(section.from(), section.to());
    int small = budget / SMALL_SECTION;
    return (before < small || own < small) && before + own <= budget;
  }
}
