package dev.sluice.cli;

import dev.sluice.cascade.Funnel;
import dev.sluice.context.SearchOptions;
import dev.sluice.error.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The stages that {@code --stages} can name. */
enum Stage {
  LEXICAL,
  VECTORS,
  RERANK;

  /** The name as it is written on the command line and in a trace. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * As the engine reads them: apart by commas; all of them where none is named.
   *
   * @throws ParameterException when they make no funnel
   */
  static String joined(CommandSpec spec, List<Stage> stages) {
    return checked(spec, joined(stages), joined -> Funnel.parse(joined, 1));
  }

  /** The same where the candidates are given, so that the first stage may be any. */
  static String joinedOverGiven(CommandSpec spec, List<Stage> stages) {
    return checked(spec, joined(stages), joined -> Funnel.over(List.of(), joined, 1));
  }

  private static String joined(List<Stage> stages) {
    return stages.isEmpty()
        ? SearchOptions.ALL_STAGES
        : stages.stream().map(Stage::toString).collect(Collectors.joining(","));
  }

  private static String checked(CommandSpec spec, String joined, Consumer<String> check) {
    try {
      check.accept(joined);
      return joined;
    } catch (InvalidInputException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
