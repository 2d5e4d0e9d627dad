package dev.sluice.cascade.evaluation;

/**
 * A figure of an answer, from 0 to 1. Quotes are compared after white space is made single, case
 * kept, whichever document holds them.
 */
public enum AnswerMeasure {
  /**
   * Whether the best passage of the search, before the window is packed, holds a gold quote; of a
   * two-passage question, one of every part. Answerable questions.
   */
  TOP_1("top1"),
  /** The same of the best 5 passages together. */
  TOP_5("top5"),
  /** The same of the best 10 passages together. */
  TOP_10("top10"),
  /**
   * Whether a span of the window holds a gold quote; of a two-passage question, one of every part.
   * Answerable questions.
   */
  WINDOW("window"),
  /** Share of the gold quotes that a span of the window holds. Answerable questions. */
  QUOTES("quotes"),
  /**
   * Whether the answer equals an accepted one after lower-casing and dropping punctuation, articles
   * and surplus white space, as in SQuAD; 0 when refused. Answerable questions.
   */
  EXACT_MATCH("em"),
  /**
   * Token F1 as in SQuAD, the best over the accepted answers; 0 when refused. Answerable questions.
   */
  F1("f1"),
  /** The same over the answerable questions that were answered. */
  F1_ANSWERED("f1_answered"),
  /**
   * Whether a citation holds a gold quote or lies within one. Answerable questions that were
   * answered.
   */
  CITATIONS("citations"),
  /** Whether the answer was refused: wrong for an answerable question, right for the others. */
  REFUSED("refused");

  private final String label;

  AnswerMeasure(String label) {
    this.label = label;
  }

  /** What it is called in output. */
  public String label() {
    return label;
  }
}
