package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FalseNegativesTest {
  private static final String POSITIVE =
      "The heron stands still in shallow water and waits for fish to come within its reach.";

  @TempDir Path folder;
  private FalseNegatives falseNegatives;

  @BeforeEach
  void read() throws IOException {
    Path one = folder.resolve("one.jsonl");
    Files.writeString(
        one,
        "{\"id\":\"q\",\"query\":\"How does a heron hunt?\",\"positive\":\"" + POSITIVE + "\"}\n");
    Path two = folder.resolve("two.jsonl");
    Files.writeString(
        two,
        "{\"id\":\"r\",\"query\":\"how does a heron hunt\",\"positive\":\"It spears its prey.\"}\n"
            + "{\"id\":\"s\",\"query\":\"Where do herons nest?\",\"positive\":\"In tall"
            + " trees.\"}\n");
    TrainingSet set = TrainingSet.read(List.of(one, two), source -> true);
    falseNegatives = new FalseNegatives(set.queries().getFirst(), set);
  }

  private boolean likely(String id, String title, String text) {
    return falseNegatives.likely(new SourcePassage(id, "s", "d", title, text));
  }

  @Test
  void aCandidateThatSharesAQuarterOfItsWordingWithAPositiveIsOne() {
    assertTrue(likely("c", "", "A heron: stands still in shallow water and waits for its prey."));
  }

  @Test
  void aPartOfAPositiveIsOne() {
    assertTrue(likely("c", "", "It waits. Waits for fish to come within its reach."));
  }

  @Test
  void aCandidateThatSharesAFewWordsIsNone() {
    assertFalse(
        likely(
            "c",
            "",
            "Otters hunt in shallow water and waits for them are long; they dive for crabs, eels"
                + " and frogs, mostly at night, and carry what they catch to the bank to eat it"
                + " there in peace before the young wake up."));
  }

  @Test
  void aCandidateThatHoldsTheQueryWordForWordIsOne() {
    assertTrue(likely("c", "How does a heron hunt", "See below."));
    assertTrue(likely("c", "", "People ask: how does a heron hunt? They do not say."));
  }

  @Test
  void aCandidateThatHoldsTheWordsInAnotherOrderIsNone() {
    assertFalse(likely("c", "", "How a heron does hunt is not known to us."));
  }

  @Test
  void aPositiveOfTheSameQueryElsewhereIsOne() {
    assertTrue(likely("r+1", "", "It spears its prey."));
  }

  @Test
  void aPositiveOfAnotherQueryIsNone() {
    assertFalse(likely("s+1", "", "In tall trees."));
  }

  @Test
  void anotherPartOfTheSamePassageIsOne() {
    assertTrue(likely("q+1#2", "", "Then it flies off."));
    assertFalse(likely("q+12", "", "Then it flies off."));
  }
}
