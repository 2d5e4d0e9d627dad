package dev.sluice.index.lexical;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.junit.jupiter.api.Test;

class TechnicalEnglishTest {
  private static List<String> terms(String text) {
    return List.copyOf(Terms.english(text));
  }

  @Test
  void findsIdentifiersWholeAndInParts() {
    assertEquals(List.of("max_wal_s", "max", "wal", "size"), terms("max_wal_size"));
    assertEquals(List.of("isempti", "empti"), terms("isEmpty"));
    assertEquals(List.of("parsejson", "pars", "json"), terms("parseJSON"));
    assertEquals(List.of("pg_hba.conf", "pg", "hba", "conf"), terms("pg_hba.conf"));
    assertEquals(List.of("np.arrai", "np", "arrai"), terms("np.array"));
  }

  @Test
  void leavesNumbersAndApostrophesWhole() {
    assertEquals(List.of("1.5", "v2", "don't", "user"), terms("1.5 v2 don't the user's"));
  }

  @Test
  void leavesProseAsLuceneDoes() {
    String prose =
        "The quick brown foxes, jumped over lazy dogs' tails; it wasn't (all) that easy: "
            + "naïve readers in São Paulo paid 1,000.50 for them, state-of-the-art or not.";
    try (EnglishAnalyzer english = new EnglishAnalyzer()) {
      assertEquals(
          List.copyOf(Terms.counted(english, prose, Integer.MAX_VALUE).keySet()), terms(prose));
    }
  }
}
