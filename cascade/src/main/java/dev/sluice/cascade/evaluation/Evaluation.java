package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The measures of a run against judgments.
 *
 * <p>Queries are counted as {@code trec_eval -c} counts them: the mean is over all queries of the
 * judgments. One that the run has nothing for measures 0, and so does one whose judgments hold
 * nothing relevant; neither is left out. A query of the run without any judgment does not count.
 *
 * @param queries query id to its value of each measure, for every query of the judgments, in their
 *     order
 * @param means each measure's mean over {@code queries}, in the order that was asked for
 * @param missing queries of the judgments that the run has nothing for
 * @param unjudged queries of the run that have no judgment and so do not count
 */
public record Evaluation(
    SequencedMap<String, Map<Measure, Double>> queries,
    SequencedMap<Measure, Double> means,
    SequencedSet<String> missing,
    SequencedSet<String> unjudged) {

  /**
   * What to measure, and how.
   *
   * @param measures in the order of the output
   * @param relevanceLevel from 1: the lowest relevance that counts as relevant in every measure but
   *     nDCG ({@code trec_eval -l}); the passage sets of TREC Deep Learning use 2
   * @param dropIdenticalIds whether to leave out a document whose id is that of the query, where
   *     the queries are themselves documents (BEIR's {@code ignore_identical_ids})
   */
  public record Options(List<Measure> measures, int relevanceLevel, boolean dropIdenticalIds) {

    /** nDCG@10, MRR@10, MAP, recall@10 and recall@100 at relevance level 1, all ids kept. */
    public static final Options STANDARD =
        new Options(
            List.of(
                new Measure.Ndcg(10),
                new Measure.ReciprocalRank(10),
                new Measure.AveragePrecision(),
                new Measure.Recall(10),
                new Measure.Recall(100)),
            1,
            false);

    public Options {
      measures = List.copyOf(measures);
    }
  }

  public Evaluation {
    queries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(queries));
    means = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(means));
    missing = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(missing));
    unjudged = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(unjudged));
  }

  /**
   * Measures a run.
   *
   * @throws InvalidInputException if the relevance level is below 1
   */
  public static Evaluation of(Run run, Qrels qrels, Options options) {
    SequencedMap<String, Map<Measure, Double>> queries = new LinkedHashMap<>();
    SequencedSet<String> missing = new LinkedHashSet<>();
    qrels
        .judgments()
        .forEach(
            (query, judgments) -> {
              if (!run.results().containsKey(query)) {
                missing.add(query);
              }
              List<ScoredDocument> documents = run.results().getOrDefault(query, List.of());
              queries.put(query, measure(query, documents, judgments, options));
            });
    SequencedSet<String> unjudged = new LinkedHashSet<>(run.results().keySet());
    unjudged.removeAll(queries.keySet());
    return new Evaluation(queries, means(queries, options.measures()), missing, unjudged);
  }

  /**
   * Measures the results of one query, for those who cannot hold a whole run.
   *
   * @param documents in any order
   * @param judgments document id to relevance
   * @throws InvalidInputException if a document comes twice or the relevance level is below 1
   */
  public static SequencedMap<Measure, Double> measure(
      String query,
      List<ScoredDocument> documents,
      Map<String, Integer> judgments,
      Options options) {
    List<ScoredDocument> kept =
        options.dropIdenticalIds()
            ? documents.stream().filter(found -> !found.document().equals(query)).toList()
            : documents;
    JudgedRanking ranking =
        JudgedRanking.of(Run.sorted(query, kept), judgments, options.relevanceLevel());
    SequencedMap<Measure, Double> values = new LinkedHashMap<>();
    for (Measure measure : options.measures()) {
      values.put(measure, measure.value(ranking));
    }
    return Collections.unmodifiableSequencedMap(values);
  }

  private static SequencedMap<Measure, Double> means(
      SequencedMap<String, Map<Measure, Double>> queries, List<Measure> measures) {
    SequencedMap<Measure, Double> means = new LinkedHashMap<>();
    for (Measure measure : measures) {
      means.put(
          measure,
          queries.values().stream().mapToDouble(row -> row.get(measure)).average().orElse(0));
    }
    return means;
  }

  /**
   * The value of one measure for each query, for a {@link PairedTest}.
   *
   * @throws InvalidInputException if it was not among the measures asked for
   */
  public SequencedMap<String, Double> perQuery(Measure measure) {
    if (!means.containsKey(measure)) {
      throw new InvalidInputException(
          "measure: expected one of " + means.keySet() + ", found " + measure);
    }
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    queries.forEach((query, row) -> values.put(query, row.get(measure)));
    return values;
  }
}
