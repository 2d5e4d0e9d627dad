package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AnswerTextTest {

  @Test
  void dropsCasePunctuationArticlesAndSurplusWhiteSpace() {
    assertEquals("cats hat dont", AnswerText.normal(" The cat's\tA hat: “don’t”… "));
    assertEquals("sshkeygen p", AnswerText.normal("ssh-keygen -p"));
  }

  @Test
  void dropsArticlesOnlyWhereTheyAreWords() {
    assertEquals("théa bathe a1 α \u0301", AnswerText.normal("Théa bathe a1 Α a\u0301"));
  }

  @Test
  void takesEveryUnicodeSpaceForWhiteSpace() {
    assertEquals("x y z u v", AnswerText.flat("\u0085x\u00a0y\u2003\u3000z\u001cu\u202fv\n"));
    assertEquals("x\u200by", AnswerText.flat("x\u200by"));
  }

  @Test
  void comparesAnswersOfPunctuationAloneAsTheyAre() {
    assertEquals(1, AnswerText.exactMatch(" <> ", "<>"));
    assertEquals(0, AnswerText.exactMatch("!=", "<>"));
    assertEquals(1, AnswerText.f1("<>", "<>"));
    assertEquals(0, AnswerText.f1("<>", "word"));
  }

  @Test
  void countsRepeatedWordsAsOftenAsBothHaveThem() {
    assertEquals(2.0 * 2 / (3 + 4), AnswerText.f1("x x x", "the x x y z"));
    assertEquals(0, AnswerText.f1("x", "y"));
  }
}
