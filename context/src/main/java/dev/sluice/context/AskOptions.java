package dev.sluice.context;

/**
 * How to answer.
 *
 * @param tokens budget of the window
 * @param stages the stages of the search, as for {@link SearchOptions}
 */
public record AskOptions(int tokens, String stages) {

  public static AskOptions defaults() {
    return new AskOptions(2000, SearchOptions.ALL_STAGES);
  }

  public AskOptions withTokens(int newTokens) {
    return new AskOptions(newTokens, stages);
  }

  public AskOptions withStages(String newStages) {
    return new AskOptions(tokens, newStages);
  }
}
