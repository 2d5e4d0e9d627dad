package dev.sluice.context;

import dev.sluice.index.filter.Filter;
import java.util.Optional;

/**
 * How to answer.
 *
 * @param tokens budget of the window
 * @param stages the stages of the search, as for {@link SearchOptions}
 * @param where which documents may answer; absent for all
 */
public record AskOptions(int tokens, String stages, Optional<Filter> where) {

  public static AskOptions defaults() {
    return new AskOptions(2000, SearchOptions.ALL_STAGES, Optional.empty());
  }

  public AskOptions withTokens(int newTokens) {
    return new AskOptions(newTokens, stages, where);
  }

  public AskOptions withStages(String newStages) {
    return new AskOptions(tokens, newStages, where);
  }

  public AskOptions withWhere(Filter filter) {
    return new AskOptions(tokens, stages, Optional.of(filter));
  }
}
