package dev.sluice.cascade;

import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.index.Passage;
import dev.sluice.inference.PairScorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Scores the first candidates with a cross-encoder, best first, until all are scored or the time is
 * spent. The new order of the scored ones blends the two opinions; unscored ones keep their order
 * behind them, since their scores are of another scale.
 */
record RerankStage(Funnel.Rerank step, Optional<Supplier<PairScorer>> scorer) implements Stage {
  /** Small enough to look at the clock often, large enough to fill a batch of the model. */
  private static final int BATCH = 16;

  @Override
  public Output run(Search search, List<Candidate> in) {
    if (scorer.isEmpty()) {
      List<Candidate> out = in.subList(0, Math.min(step.k(), in.size()));
      return Stage.skipped(step.name(), out, "no cross-encoder is installed");
    }
    long start = System.nanoTime();
    PairScorer model = scorer.get().get();
    RerankBlend blend = model.folder().flatMap(RerankBlend::read).orElse(RerankBlend.DEFAULT);
    int depth = Math.min(step.depth(), in.size());
    List<Candidate> scored = new ArrayList<>(depth);
    long tokens = 0;
    while (scored.size() < depth && !spent(start)) {
      List<Candidate> batch = in.subList(scored.size(), Math.min(scored.size() + BATCH, depth));
      List<Passage> passages =
          batch.stream().map(c -> search.snapshot().passage(c.passage())).toList();
      float[] logits =
          model.score(search.query(), passages.stream().map(RerankStage::text).toList());
      for (int i = 0; i < logits.length; i++) {
        scored.add(batch.get(i).withRerank(logits[i]));
        tokens += passages.get(i).tokens();
      }
    }
    List<Candidate> all = new ArrayList<>(blended(scored, blend));
    all.addAll(unscored(in.subList(scored.size(), in.size())));
    List<Candidate> out = all.subList(0, Math.min(step.k(), all.size()));
    String note =
        String.format(
            Locale.ROOT, "%s, fused:rerank %.3g:%.3g", model.name(), blend.fused(), blend.rerank());
    return new Output(
        out,
        new StageTrace(
            step.name(),
            in.size(),
            out.size(),
            tokens,
            Stage.millisSince(start),
            in.size() - scored.size(),
            note));
  }

  private boolean spent(long start) {
    return step.budget().isPresent() && System.nanoTime() - start >= step.budget().get().toNanos();
  }

  private static String text(Passage passage) {
    return passage.title().isBlank() ? passage.text() : passage.title() + "\n" + passage.text();
  }

  /** Scores between 1 and 2, best first. */
  private static List<Candidate> blended(List<Candidate> scored, RerankBlend blend) {
    double[] before = Fusion.standardised(scored.stream().mapToDouble(Candidate::score).toArray());
    double[] after = Fusion.standardised(scored.stream().mapToDouble(Candidate::rerank).toArray());
    List<Candidate> blended = new ArrayList<>(scored.size());
    for (int i = 0; i < before.length; i++) {
      double sum = blend.mean(before[i], after[i]);
      blended.add(scored.get(i).withScore(1 + logistic(sum)));
    }
    return Fusion.bestFirst(blended);
  }

  /** Scores between 0 and 1, in the order in which they came. */
  private static List<Candidate> unscored(List<Candidate> rest) {
    List<Candidate> behind = new ArrayList<>(rest.size());
    for (int i = 0; i < rest.size(); i++) {
      behind.add(rest.get(i).withScore(1.0 / (i + 2)));
    }
    return behind;
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
