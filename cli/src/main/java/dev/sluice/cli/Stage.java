package dev.sluice.cli;

import java.util.List;
import java.util.Locale;

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

  static List<String> names(List<Stage> stages) {
    return stages.stream().map(Stage::toString).toList();
  }
}
