package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QuotaTest {

  @Test
  void aStarStandsForAnyCharacters() {
    Quota quota = new Quota("pairs-*/faq", 1, 1);
    assertTrue(quota.covers("pairs-gov/faq"));
    assertFalse(quota.covers("pairs-gov/faqs"));
    assertFalse(quota.covers("qa-gov/faq"));
  }

  @Test
  void aSmallSourceGivesAllAndTheOthersShareTheRest() {
    assertArrayEquals(new int[] {45, 10, 45}, Quota.shares(100, new int[] {1000, 10, 60}));
    assertArrayEquals(new int[] {3, 4}, Quota.shares(100, new int[] {3, 4}));
  }

  @Test
  void theFirstQuotaThatCoversASourceCounts() {
    assertEquals(3_000, Quota.of("qa-medquad", Quota.general()).orElseThrow().queries());
    assertTrue(Quota.of("qa-qamr", Quota.general()).isEmpty());
  }
}
