package dev.sluice.context;

import dev.sluice.index.filter.Filter;
import java.util.Optional;

/**
 * How to search.
 *
 * @param k how many hits at most, at least 1
 * @param stages the stages to run, comma-separated: some of lexical,vectors,rerank in this order
 * @param where which documents may be found; absent for all
 */
public record SearchOptions(int k, String stages, Optional<Filter> where) {
  public static final String ALL_STAGES = "lexical,vectors,rerank";

  public static SearchOptions defaults() {
    return new SearchOptions(10, ALL_STAGES, Optional.empty());
  }

  public SearchOptions withK(int newK) {
    return new SearchOptions(newK, stages, where);
  }

  public SearchOptions withStages(String newStages) {
    return new SearchOptions(k, newStages, where);
  }

  public SearchOptions withWhere(Filter filter) {
    return new SearchOptions(k, stages, Optional.of(filter));
  }
}
