package dev.sluice.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Makes sure that there is one query on the command line or a batch of them, and not both. */
final class QueryInput {

  private QueryInput() {}

  /**
   * The words of the command line as one query; empty when there is a batch.
   *
   * @param label what the command calls a query
   */
  static Optional<String> single(
      CommandSpec spec, String label, List<String> words, Optional<String> batch) {
    String query = String.join(" ", words).strip();
    if (batch.isPresent() && !words.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected " + label + " or --batch, got both");
    }
    if (batch.isEmpty() && query.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected " + label + " (or --batch with a file of them)");
    }
    return batch.isPresent() ? Optional.empty() : Optional.of(query);
  }
}
