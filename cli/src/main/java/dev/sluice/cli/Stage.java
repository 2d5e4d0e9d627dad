package dev.sluice.cli;

import dev.sluice.context.SearchOptions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

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

  /** As the engine reads them: apart by commas; all of them where none is named. */
  static String joined(List<Stage> stages) {
    return stages.isEmpty()
        ? SearchOptions.ALL_STAGES
        : stages.stream().map(Stage::toString).collect(Collectors.joining(","));
  }
}
