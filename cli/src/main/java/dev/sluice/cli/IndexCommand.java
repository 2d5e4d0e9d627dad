package dev.sluice.cli;

import dev.sluice.cli.Engine.FieldNames;
import dev.sluice.cli.Engine.IndexReport;
import dev.sluice.cli.Engine.IndexRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "index",
    description = {
      "Builds an index of documents, or brings one up to date.",
      "Documents that have not changed since are left as they are; those that the sources no longer"
          + " hold are removed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice index --into docs.index docs/ --exclude '*.log'",
      "  sluice index --into wiki.index wiki.jsonl.gz --text-field body --memory 2g",
      "  zcat dump.jsonl.gz | sluice index --into dump.index -"
    })
final class IndexCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Engine engine;

  @Mixin private CommonOptions common;

  @Option(
      names = "--into",
      required = true,
      paramLabel = "INDEX",
      description = "Folder of the index; made when it is not there.")
  private Path into;

  @Parameters(
      arity = "1..*",
      paramLabel = "SOURCE",
      description = "Folder, file, .jsonl[.gz], or - for JSON lines on standard input.")
  private List<String> sources;

  @Option(
      names = "--embedder",
      paramLabel = "NAME",
      description = "Model that makes the vectors; 'none' builds a lexical index.")
  private Optional<String> embedder;

  @Option(
      names = "--passages",
      paramLabel = "FORM",
      converter = PassageForm.class,
      description = {
        "How documents are cut: sentence[:BUDGET[:OVERLAP]], at sentence ends with numbers of"
            + " tokens, or whole."
      })
  private Optional<String> passages;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Memory for buffers, such as 512m or 2g.")
  private Optional<Long> memory;

  @Option(
      names = "--analyzer",
      paramLabel = "NAME",
      description = "Text analysis of the lexical index, such as english or standard.")
  private Optional<String> analyzer;

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description = "Take only files that match, such as '*.md'; may be repeated.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = "Leave out files that match; may be repeated.")
  private List<String> exclude = List.of();

  @Option(
      names = "--id-field",
      paramLabel = "FIELD",
      description = "Field of JSON lines with the document's id.")
  private Optional<String> idField;

  @Option(
      names = "--title-field",
      paramLabel = "FIELD",
      description = "Field of JSON lines with the title.")
  private Optional<String> titleField;

  @Option(
      names = "--text-field",
      paramLabel = "FIELD",
      description = "Field of JSON lines with the text.")
  private Optional<String> textField;

  @Option(names = "--strict", description = "End with exit code 4 when some input was skipped.")
  private boolean strict;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Count.class,
      description = "Worker threads; one per core by default.")
  private Optional<Integer> threads;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IndexCommand(Terminal terminal, Engine engine) {
    this.terminal = terminal;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    IndexRequest request =
        new IndexRequest(
            into,
            sources,
            embedder,
            passages,
            memory.map(OptionalLong::of).orElse(OptionalLong.empty()),
            analyzer,
            include,
            exclude,
            new FieldNames(idField, titleField, textField),
            threads.map(OptionalInt::of).orElse(OptionalInt.empty()));
    long started = System.nanoTime();
    IndexReport report;
    try (ProgressLine progress = new ProgressLine(terminal, strict || common.debug())) {
      report = engine.index(request, progress);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    terminal
        .out()
        .println(
            json
                ? Json.line(Json.report(request, report, seconds))
                : summary(request, report, seconds));
    return strict && report.skipped() > 0 ? ExitCode.SKIPPED : ExitCode.DONE;
  }

  private static String summary(IndexRequest request, IndexReport report, double seconds) {
    return String.format(
        Locale.ROOT,
        "%s: %,d documents, %,d passages (%,d added, %,d updated, %,d removed, %,d unchanged,"
            + " %,d skipped) in %s",
        request.into(),
        report.documents(),
        report.passages(),
        report.added(),
        report.updated(),
        report.removed(),
        report.unchanged(),
        report.skipped(),
        seconds < 10
            ? String.format(Locale.ROOT, "%.1f s", seconds)
            : ProgressLine.duration(seconds));
  }
}
