package dev.sluice.cascade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedFusionTest {
  private static final LearnedFusion.Calibration CALIBRATION =
      new LearnedFusion.Calibration(20, -16);

  private static final LearnedFusion CONSTANT =
      new LearnedFusion(Math.log(0.5), List.of(), CALIBRATION);

  @Test
  void theScoreIsTheWeightedMeanOfCosineAndOfBm25sShareOfItsBest() {
    LearnedFusion.Fused fused = CONSTANT.fuse(new double[] {8, 4, 0}, new double[] {0.6, 0.9, 0.3});

    assertEquals(0.5, fused.lexicalWeight(), 1e-12);
    assertEquals((0.6 + 0.5) / 1.5, fused.scores()[0], 1e-12);
    assertEquals((0.9 + 0.25) / 1.5, fused.scores()[1], 1e-12);
    assertEquals(0.3 / 1.5, fused.scores()[2], 1e-12);
    assertEquals(1 / (1 + Math.exp(-(20 * 1.1 - 16))), fused.probabilities()[0], 1e-12);
  }

  @Test
  void whereBm25FindsNothingTheCosinesDecideAlone() {
    LearnedFusion.Fused fused = CONSTANT.fuse(new double[] {0, 0}, new double[] {0.2, 0.7});

    assertEquals(0, fused.lexicalWeight());
    assertEquals(0.7, fused.scores()[1]);
  }

  @Test
  void aFeatureOfTheQueryChangesTheWeight() {
    LearnedFusion byGap =
        new LearnedFusion(
            Math.log(0.1),
            List.of(new LearnedFusion.Feature("lexical-gap-2", 0.2, 0.2, 1)),
            CALIBRATION);
    double[] cosines = {0.5, 0.5, 0.5};

    double clear = byGap.fuse(new double[] {10, 2, 1}, cosines).lexicalWeight();
    double close = byGap.fuse(new double[] {10, 9.9, 9.8}, cosines).lexicalWeight();

    assertTrue(clear > 0.1 && close < 0.1, clear + " and " + close);
  }

  @Test
  void isReadAsItWasWritten(@TempDir Path folder) {
    CONSTANT.write(folder.resolve(LearnedFusion.FILE));

    assertEquals(Optional.of(CONSTANT), LearnedFusion.read(folder));
  }

  @Test
  void aFolderWithoutOneHasNone(@TempDir Path folder) {
    assertEquals(Optional.empty(), LearnedFusion.read(folder));
  }

  @Test
  void aFileThatIsNoFusionIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve(LearnedFusion.FILE);
    Files.writeString(file, "{\"bias\": 1, \"features\": [{\"name\": \"moon\"}]}");

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> LearnedFusion.read(folder));

    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }
}
