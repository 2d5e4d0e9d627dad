package dev.sluice.cli;

import dev.sluice.index.filter.Filter;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option {@code --where} of the commands that search. */
final class WhereOption {

  @Option(
      names = "--where",
      paramLabel = "EXPR",
      converter = FilterExpression.class,
      description = {
        "Look only into documents whose fields fulfil this, for example 'year >= 2020 and lang in"
            + " (en, de) and not title : draft'.",
        "= != < <= > >= compare, : looks for terms, 'exists' for any value; 'sluice info' lists the"
            + " fields."
      })
  private Optional<Filter> where;

  /** The filter of the command line, joined by that of one query of a batch. */
  Optional<Filter> and(Optional<Filter> ofQuery) {
    if (where.isPresent() && ofQuery.isPresent()) {
      return Optional.of(where.get().and(ofQuery.get()));
    }
    return where.isPresent() ? where : ofQuery;
  }

  /** The filter of the command line. */
  Optional<Filter> filter() {
    return where;
  }
}
