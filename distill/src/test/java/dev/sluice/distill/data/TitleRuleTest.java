package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TitleRuleTest {

  @Test
  void aTitleThatEqualsTheQueryGivesItAway() {
    assertTrue(TitleRule.givesAway("How do I found a company?", "how do I found a company"));
  }

  @Test
  void aTitleThatNearlyEqualsTheQueryGivesItAway() {
    assertTrue(TitleRule.givesAway("Osmosis", "What is osmosis?"));
    assertTrue(
        TitleRule.givesAway(
            "Reviewing pull requests of people", "Symfony: reviewing pull requests of people"));
  }

  @Test
  void aTitleThatOnlyNamesTheMatterStays() {
    assertFalse(TitleRule.givesAway("Ethanol fuel", "does ethanol take more energy than it makes"));
    assertFalse(
        TitleRule.givesAway("Maintainer Guide", "Maintainer Guide: reviewing pull requests"));
  }

  @Test
  void noTitleGivesNothingAway() {
    assertFalse(TitleRule.givesAway("", "what"));
  }
}
