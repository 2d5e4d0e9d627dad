package dev.sluice.cli;

import dev.sluice.cascade.Hit;
import dev.sluice.cascade.SearchResult;
import dev.sluice.context.SearchOptions;
import dev.sluice.context.Sluice;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "search",
    description = "Finds the passages that matter most to a query, best first.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice search docs.index \"log rotation\"",
      "  sluice search docs/ \"log rotation\" --stages lexical,vectors --k 5 --trace",
      "  sluice search docs.index \"log rotation\" --where 'year >= 2020 and lang = en'",
      "  sluice search docs.index --batch queries.jsonl --k 100 --run-out run.trec --json"
    })
final class SearchCommand implements Callable<Integer> {
  private static final int SNIPPET = 300;

  private final Terminal terminal;
  private final InputStream in;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Mixin private IndexArgument index;
  @Mixin private WhereOption where;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "QUERY",
      description = "What to search for; several words make one query.")
  private List<String> words = List.of();

  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "10",
      converter = Count.class,
      description = "The most hits to show (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--stages",
      split = ",",
      paramLabel = "STAGE",
      description = "Stages to run: ${COMPLETION-CANDIDATES} (default: all three).")
  private List<Stage> stages = List.of();

  @Option(
      names = "--trace",
      description = "Show what each stage took in, let through, spent and cut.")
  private boolean trace;

  @Option(names = "--json", description = "Print one JSON object, or one a line with --batch.")
  private boolean json;

  @Option(
      names = "--batch",
      paramLabel = "FILE",
      description =
          "Queries as JSON lines {\"_id\", \"text\"[, \"where\"]}; - reads standard input.")
  private Optional<String> batch;

  @Option(
      names = "--run-out",
      paramLabel = "FILE",
      description = "Also write the ranked documents as a TREC run.")
  private Optional<Path> runOut;

  SearchCommand(Terminal terminal, InputStream in) {
    this.terminal = terminal;
    this.in = in;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> query = QueryInput.single(spec, "QUERY", words, batch);
    SearchOptions options = new SearchOptions(k, Stage.joined(spec, stages), where.filter());
    try (Sluice sluice = index.open(terminal, common.debug(), options.stages());
        RunOutput run = RunOutput.to(runOut)) {
      if (query.isPresent()) {
        SearchResult result = sluice.search(query.get(), options);
        run.write("1", result);
        show(Optional.empty(), result);
      } else {
        BatchQuery.forEach(
            batch.orElseThrow(),
            in,
            each -> {
              SearchResult result =
                  sluice.search(
                      each.text(), new SearchOptions(k, options.stages(), where.and(each.where())));
              run.write(each.id(), result);
              show(Optional.of(each.id()), result);
            });
      }
    }
    return ExitCode.DONE;
  }

  private void show(Optional<String> id, SearchResult result) {
    if (json) {
      terminal.out().println(Json.line(Json.search(id, result)));
    } else {
      print(result);
    }
    terminal.out().flush();
  }

  private void print(SearchResult result) {
    PrintStream out = terminal.out();
    if (batch.isPresent()) {
      out.println(terminal.bold(result.query()));
    }
    if (result.hits().isEmpty()) {
      out.println("No passage found.");
    }
    for (Hit hit : result.hits()) {
      HitText.print(terminal, hit, SNIPPET);
    }
    if (trace) {
      out.println();
      out.print(TraceTable.of(result.trace()));
      if (batch.isEmpty()) {
        out.println(index.times(result.trace().millis()));
      }
    }
    if (batch.isPresent()) {
      out.println();
    }
  }
}
