package dev.sluice.context;

/**
 * How to search.
 *
 * @param k how many hits at most, at least 1
 * @param stages the stages to run, comma-separated: some of lexical,vectors,rerank in this order
 */
public record SearchOptions(int k, String stages) {
  public static final String ALL_STAGES = "lexical,vectors,rerank";

  public static SearchOptions defaults() {
    return new SearchOptions(10, ALL_STAGES);
  }

  public SearchOptions withK(int newK) {
    return new SearchOptions(newK, stages);
  }

  public SearchOptions withStages(String newStages) {
    return new SearchOptions(k, newStages);
  }
}
