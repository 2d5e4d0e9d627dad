package dev.sluice.index.passage;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.Tokenizer;
import java.util.Optional;

/** The splitters by name. */
public final class PassageSplitters {

  private static final int MAX_BUDGET = 1_000_000;

  private PassageSplitters() {}

  /**
   * The splitter that a specification names.
   *
   * @param spec {@code whole}, or {@code sentence[:BUDGET[:OVERLAP]]} in tokens, by default 200
   *     tokens and a fifth of the budget
   * @param tokenizer counts tokens
   * @throws InvalidInputException for any other specification
   */
  public static PassageSplitter parse(String spec, Tokenizer tokenizer) {
    String[] parts = spec.strip().split(":", -1);
    if (parts[0].equals("whole") && parts.length == 1) {
      return new WholePassages(tokenizer);
    }
    if (!parts[0].equals("sentence") || parts.length > 3) {
      throw unusable(spec, "no such way to cut passages");
    }
    int budget =
        parts.length > 1 ? number(spec, "budget", parts[1]) : SentencePassages.DEFAULT_BUDGET;
    int overlap = parts.length > 2 ? number(spec, "overlap", parts[2]) : budget / 5;
    Optional<String> wrong = SentencePassages.problem(budget, overlap);
    if (wrong.isPresent() || budget > MAX_BUDGET) {
      throw unusable(spec, wrong.orElse("the budget is above " + MAX_BUDGET));
    }
    return new SentencePassages(tokenizer, budget, overlap);
  }

  private static int number(String spec, String what, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw unusable(spec, "the " + what + " '" + value + "' is not a whole number");
    }
  }

  private static InvalidInputException unusable(String spec, String why) {
    return new InvalidInputException(
        "passages '"
            + spec
            + "': "
            + why
            + "; expected whole, sentence, sentence:BUDGET or sentence:BUDGET:OVERLAP in tokens,"
            + " for example sentence:200:40");
  }
}
