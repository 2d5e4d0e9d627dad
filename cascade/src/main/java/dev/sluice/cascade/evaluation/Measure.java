package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How good a ranking is, from 0 to 1, as trec_eval defines it. A query without a relevant document
 * measures 0. {@link #toString} gives the {@link #name}.
 *
 * @see <a href="https://github.com/usnistgov/trec_eval">trec_eval</a>
 */
public sealed interface Measure {

  /** What it is called in output: {@code ndcg@10}, {@code mrr@10}, {@code map} and so on. */
  String name();

  /** Its value for one query. */
  double value(JudgedRanking ranking);

  /**
   * The measure of a name: {@code ndcg@K}, {@code mrr@K}, {@code recall@K}, {@code p@K} with K from
   * 1, or {@code map}; in upper or lower case.
   *
   * @throws InvalidInputException if it is none of these
   */
  static Measure parse(String name) {
    Matcher cut = Pattern.compile("(ndcg|mrr|recall|p)@([1-9][0-9]{0,8})").matcher(lower(name));
    if (lower(name).equals("map")) {
      return new AveragePrecision();
    }
    if (!cut.matches()) {
      throw new InvalidInputException(
          "measure: expected ndcg@K, mrr@K, recall@K, p@K or map, found \"" + name + "\"");
    }
    int k = Integer.parseInt(cut.group(2));
    return switch (cut.group(1)) {
      case "ndcg" -> new Ndcg(k);
      case "mrr" -> new ReciprocalRank(k);
      case "recall" -> new Recall(k);
      default -> new Precision(k);
    };
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static void checkCutoff(int k) {
    if (k < 1) {
      throw new InvalidInputException("cutoff of a measure: expected 1 or more, found " + k);
    }
  }

  /**
   * Normalised discounted cumulative gain: trec_eval's {@code ndcg_cut}. The gain is the relevance,
   * whatever the relevance level; the discount is log2(rank + 1); the ideal ranking holds every
   * judged document, found or not (Järvelin and Kekäläinen, ACM TOIS 20, 2002).
   *
   * @param k ranks that count, from 1
   */
  record Ndcg(int k) implements Measure {
    public Ndcg {
      checkCutoff(k);
    }

    @Override
    public String name() {
      return "ndcg@" + k;
    }

    @Override
    public double value(JudgedRanking ranking) {
      double ideal = 0;
      for (int rank = 1; rank <= Math.min(k, ranking.gainful()); rank++) {
        ideal += discounted(ranking.idealGain(rank), rank);
      }
      double found = 0;
      for (int rank = 1; rank <= Math.min(k, ranking.size()); rank++) {
        found += discounted(ranking.gain(rank), rank);
      }
      return ideal > 0 ? found / ideal : 0;
    }

    private static double discounted(int gain, int rank) {
      return gain * Math.log(2) / Math.log(rank + 1.0);
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * One over the rank of the first relevant document, 0 if it is below the cutoff: trec_eval's
   * {@code recip_rank} of a run cut at {@code k} documents a query ({@code -M k}).
   *
   * @param k ranks that count, from 1
   */
  record ReciprocalRank(int k) implements Measure {
    public ReciprocalRank {
      checkCutoff(k);
    }

    @Override
    public String name() {
      return "mrr@" + k;
    }

    @Override
    public double value(JudgedRanking ranking) {
      for (int rank = 1; rank <= Math.min(k, ranking.size()); rank++) {
        if (ranking.isRelevant(rank)) {
          return 1.0 / rank;
        }
      }
      return 0;
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * Share of the relevant documents that are found: trec_eval's {@code recall}.
   *
   * @param k ranks that count, from 1
   */
  record Recall(int k) implements Measure {
    public Recall {
      checkCutoff(k);
    }

    @Override
    public String name() {
      return "recall@" + k;
    }

    @Override
    public double value(JudgedRanking ranking) {
      int relevant = ranking.relevant();
      return relevant == 0 ? 0 : (double) ranking.relevantWithin(k) / relevant;
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * Share of the first {@code k} that are relevant, where a short ranking is filled up with
   * documents that are not: trec_eval's {@code P}.
   *
   * @param k ranks that count, from 1
   */
  record Precision(int k) implements Measure {
    public Precision {
      checkCutoff(k);
    }

    @Override
    public String name() {
      return "p@" + k;
    }

    @Override
    public double value(JudgedRanking ranking) {
      return (double) ranking.relevantWithin(k) / k;
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * Precision at the rank of each relevant document found, summed, over the number of all relevant
   * ones, found or not; to the end of the run. Its mean over queries is MAP: trec_eval's {@code
   * map}.
   */
  record AveragePrecision() implements Measure {
    @Override
    public String name() {
      return "map";
    }

    @Override
    public double value(JudgedRanking ranking) {
      double sum = 0;
      int found = 0;
      for (int rank = 1; rank <= ranking.size(); rank++) {
        if (ranking.isRelevant(rank)) {
          found++;
          sum += (double) found / rank;
        }
      }
      return found == 0 ? 0 : sum / ranking.relevant();
    }

    @Override
    public String toString() {
      return name();
    }
  }
}
