package dev.sluice.cli;

import dev.sluice.cascade.Funnel;
import dev.sluice.context.SearchOptions;
import dev.sluice.error.InvalidInputException;
import java.util.List;
import java.util.Locale;
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
    String joined =
        stages.isEmpty()
            ? SearchOptions.ALL_STAGES
            : stages.stream().map(Stage::toString).collect(Collectors.joining(","));
    try {
      Funnel.parse(joined, 1);
    } catch (InvalidInputException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return joined;
  }
}
