package dev.sluice.distill;

import dev.sluice.cascade.LearnedFusion;
import dev.sluice.cascade.RerankBlend;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.fusion.BlendTraining;
import dev.sluice.distill.training.RerankerOptions;
import dev.sluice.distill.training.RerankerTraining;
import dev.sluice.distill.training.TrainingPlan;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.PairScorer;
import dev.sluice.inference.PairScorers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes a reranker: mines groups from training files, trains on them, writes a pack. */
public final class RerankerDistillation {
  private static final float LEARNING_RATE = 1e-4f;
  private static final double ROUND_ACTIVATIONS_FROM = 0.92;
  private static final int EVALUATIONS = 8;
  private static final int FEWEST_TO_BLEND = 50;

  private RerankerDistillation() {}

  /**
   * Runs to the end; where an earlier run was stopped, from there.
   *
   * @throws dev.sluice.error.InvalidInputException if training files or base cannot be used
   * @throws dev.sluice.error.ResourceException if PyTorch is not there
   */
  public static DistillReport run(DistillOptions options, DistillListener listener) {
    DistillReport report = train(options, listener);
    blend(options, listener);
    return report;
  }

  /** As {@link #run}, but the pack gets no blend. */
  static DistillReport train(DistillOptions options, DistillListener listener) {
    MinedGroups groups = MinedGroups.of(options, listener);
    RerankerOptions reranker = RerankerOptions.DEFAULT;
    long steps = options.steps().orElse(Math.ceilDiv(groups.queries(), (long) reranker.queries()));
    TrainingPlan plan =
        options.plan("reranker", steps, LEARNING_RATE, ROUND_ACTIVATIONS_FROM, EVALUATIONS);
    RerankerTraining.run(
        options.base(),
        options.start(),
        groups.training(),
        groups.heldOut(),
        reranker,
        plan,
        new TrainingProgress(listener));
    String heldOut =
        RerankerTraining.writePack(
            options.base(),
            plan.work(),
            groups.heldOut(),
            reranker,
            options.out(),
            options.name(),
            measures -> options.card("A reranker").text(groups.queries(), "queries", measures));
    return DistillReport.of(options.out(), groups.queries(), steps, heldOut);
  }

  /** Learns how the pack's scores are blended with those of the stages before, and adds that. */
  private static void blend(DistillOptions options, DistillListener listener) {
    Optional<LearnedFusion> fusion =
        LearnedFusion.read(ModelPacks.locate(options.embedder()).folder());
    List<Group> groups = MinedGroups.forBlend(options, listener);
    if (fusion.isEmpty() || groups.size() < FEWEST_TO_BLEND) {
      listener.note(
          "no blend was learned: "
              + (fusion.isEmpty()
                  ? "the embedder has no " + LearnedFusion.FILE
                  : groups.size() + " queries are too few"));
      return;
    }
    List<float[]> scores = new ArrayList<>();
    try (PairScorer scorer = PairScorers.open(options.out().toString())) {
      for (Group group : groups) {
        List<String> texts = group.passages().stream().map(Group.Passage::text).toList();
        scores.add(scorer.score(group.query(), texts));
        listener.progress("learning the blend", "queries", scores.size(), groups.size(), "");
      }
    }
    RerankBlend blend = BlendTraining.learn(groups, scores, fusion.get());
    blend.write(options.out().resolve(RerankBlend.FILE));
    try {
      PackFolder.sealed(options.out());
    } catch (IOException e) {
      throw new ResourceException("Cannot write to " + options.out() + ": " + e, e);
    }
    listener.note(
        String.format(
            Locale.ROOT,
            "blended %.2f to %.2f with the stages before, by %d queries",
            blend.rerank(),
            blend.fused(),
            groups.size()));
  }
}
