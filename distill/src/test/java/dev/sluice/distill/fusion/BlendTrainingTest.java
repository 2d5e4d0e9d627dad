package dev.sluice.distill.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cascade.LearnedFusion;
import dev.sluice.cascade.RerankBlend;
import dev.sluice.distill.data.Group;
import dev.sluice.inference.ModelPacks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlendTrainingTest {
  private static final LearnedFusion FUSION =
      LearnedFusion.read(ModelPacks.locate("bge-small").folder()).orElseThrow();

  private final Random random = new Random(3);
  private final List<Group> groups = new ArrayList<>();
  private final List<float[]> scores = new ArrayList<>();

  @Test
  void aCrossEncoderThatKnowsCountsMoreThanStagesThatGuess() {
    fill("set", 60, 0, 2);

    assertTrue(learned().rerank() >= 0.7, learned().toString());
  }

  @Test
  void aCrossEncoderThatGuessesCountsLittle() {
    fill("set", 60, 2, 0);

    assertTrue(learned().rerank() <= 0.3, learned().toString());
  }

  @Test
  void twoThatKnowAsMuchCountAboutTheSame() {
    fill("set", 200, 1, 1);

    assertTrue(learned().rerank() > 0.2 && learned().rerank() < 0.8, learned().toString());
  }

  @Test
  void aGainThatCannotBeToldFromLuckDoesNotRaiseTheShare() {
    fill("set", 20, 1, 1);
    RerankBlend ofFew = learned();
    fill("set", 1_000, 1, 1);

    assertTrue(ofFew.rerank() + 0.1 < learned().rerank(), ofFew + " and " + learned());
  }

  @Test
  void everyDataSetCountsAlike() {
    fill("large", 90, 2, 0);
    RerankBlend large = learned();
    fill("small-a", 10, 0, 2);
    fill("small-b", 10, 0, 2);

    assertTrue(learned().rerank() > large.rerank() + 0.2, large + " and " + learned());
    assertEquals(1, learned().fused() + learned().rerank(), 1e-9);
  }

  private RerankBlend learned() {
    return BlendTraining.learn(groups, scores, FUSION);
  }

  /**
   * Adds groups.
   *
   * @param first how well the first stages tell what is relevant, 0 not at all
   * @param second how well the cross-encoder does
   */
  private void fill(String set, int count, double first, double second) {
    for (int i = 0; i < count; i++) {
      List<Group.Passage> passages = new ArrayList<>();
      float[] said = new float[20];
      for (int j = 0; j < said.length; j++) {
        int relevance = j == 0 ? 1 : 0;
        double similarity = 0.6 + 0.1 * (first * relevance + random.nextGaussian());
        double lexical = 8 + 2 * (first * relevance + random.nextGaussian());
        passages.add(new Group.Passage("p" + j, "text", relevance, lexical, similarity));
        said[j] = (float) (second * relevance + random.nextGaussian());
      }
      groups.add(new Group(set + i, set, "a query of words", passages));
      scores.add(said);
    }
  }
}
