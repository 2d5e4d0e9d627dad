package dev.sluice.cli;

import dev.sluice.cli.Table.Column;
import dev.sluice.context.Sluice;
import dev.sluice.context.SluiceBuilder;
import dev.sluice.index.AddedVectors;
import dev.sluice.index.BuildOptions;
import dev.sluice.index.BuildReport;
import dev.sluice.index.IndexStatistics;
import dev.sluice.index.field.FieldType;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.reader.DocumentReaders;
import dev.sluice.index.reader.FieldMapping;
import dev.sluice.index.reader.ReaderOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "index",
    description = {
      "Builds an index of documents, or brings one up to date.",
      "Read are text, Markdown, HTML, transcripts (.vtt, .srt), PDF, Word, PowerPoint, Excel,"
          + " OpenDocument, RTF, EPUB and mail (.eml, .msg, .mbox), each also as .gz or .zst, and"
          + " what of these is in .zip, .tar, .tar.gz and .tar.zst. Other files are counted and"
          + " listed.",
      "Documents that have not changed since are left as they are. A long build commits every"
          + " minute; when it is stopped, the same command goes on from there."
    },
    synopsisSubcommandLabel = "",
    commandListHeading = "%nCommands for an index that is there:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice index --into docs.index docs/ --exclude '*.log'",
      "  sluice index --into wiki.index wiki.jsonl.gz --text-field body --memory 2g",
      "  sluice index --into news.index news.jsonl --field published=date --field author=text",
      "  zcat dump.jsonl.gz | sluice index --into dump.index -",
      "  sluice index --into dump.index --add-vectors --embedder bge-small"
    })
final class IndexCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InputStream in;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--into",
      required = true,
      paramLabel = "INDEX",
      description = "Folder of the index; made when it is not there.")
  private Path into;

  @Parameters(
      arity = "0..*",
      paramLabel = "SOURCE",
      description =
          "Folder, file or archive, .jsonl[.gz|.zst], or - for JSON lines on standard input, plain"
              + " or compressed.")
  private List<String> sources = List.of();

  @Option(
      names = "--add-vectors",
      description = {
        "Give vectors to the passages that have none, such as all of an index that was built with"
            + " --embedder none; takes no SOURCE. When it is stopped, the same command goes on from"
            + " there, and the index can be searched meanwhile."
      })
  private boolean addVectors;

  @Option(
      names = "--embedder",
      paramLabel = "NAME",
      description = {
        "Model that makes the vectors: bge-small, static (much quicker, less accurate), a pack's"
            + " folder, or OWNER/NAME; 'none' builds a lexical index."
      })
  private Optional<String> embedder;

  @Option(
      names = "--vector-bits",
      paramLabel = "BITS",
      description = {
        "Bits of a number of a vector, 8 or 4 (default: 4 for static, else 8). 4 takes less than"
            + " half the room and tells a little less apart."
      })
  private Optional<Integer> vectorBits;

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
      description =
          "Text analysis of the lexical index, such as english, german or standard (default:"
              + " technical, which is English with identifiers also in parts).")
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
      description = "Field of JSON lines with the text; repeated, all of them, in this order.")
  private List<String> textFields = List.of();

  @Option(
      names = "--field",
      paramLabel = "NAME=TYPE",
      description = {
        "Type of a metadata field for --where: keyword, number, date or text; may be repeated, and"
            + " is kept in the index. Types of other fields are inferred from their values."
      })
  private Map<String, FieldType> fields = Map.of();

  @Option(names = "--strict", description = "End with exit code 4 when some input was skipped.")
  private boolean strict;

  @Option(names = "--mirror", description = "Remove documents that the sources no longer hold.")
  private boolean mirror;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IndexCommand(Terminal terminal, InputStream in) {
    this.terminal = terminal;
    this.in = in;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (addVectors != sources.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          addVectors
              ? "--add-vectors takes no SOURCE; index documents before or after"
              : "Missing required parameter: 'SOURCE'");
    }
    return addVectors ? addVectors() : index();
  }

  private int addVectors() throws InterruptedException {
    AddedVectors report;
    try (ProgressLine progress = new ProgressLine(terminal, false)) {
      report =
          Sluice.builder(into)
              .options(this::buildOptions)
              .listener(progress.ofBuild())
              .addVectors();
    }
    try (Sluice sluice = Sluice.open(into)) {
      IndexStatistics statistics = sluice.statistics();
      terminal
          .out()
          .println(
              json
                  ? Json.line(Json.addedVectors(into, report, statistics))
                  : String.format(
                      Locale.ROOT,
                      "%s: %,d passages got vectors of %s, %,d had them already, in %s",
                      into,
                      report.added(),
                      statistics.settings().embedder(),
                      report.present(),
                      duration(report.millis())));
    }
    return ExitCode.DONE;
  }

  private int index() throws IOException, InterruptedException {
    if (sources.stream().filter("-"::equals).count() > 1) {
      throw new ParameterException(
          spec.commandLine(), "- is given twice: standard input can be read once");
    }
    List<DocumentReader> readers = new ArrayList<>();
    for (String source : sources) {
      readers.add(DocumentReaders.open(source, readerOptions(), in));
    }
    BuildReport report;
    try (ProgressLine progress = new ProgressLine(terminal, strict || common.debug())) {
      SluiceBuilder builder =
          Sluice.builder(into).options(this::buildOptions).listener(progress.ofBuild());
      readers.forEach(builder::add);
      report = builder.build();
      progress.skipped(report);
    }
    try (Sluice sluice = Sluice.open(into)) {
      IndexStatistics statistics = sluice.statistics();
      terminal
          .out()
          .println(
              json
                  ? Json.line(Json.report(into, report, statistics))
                  : summary(report, statistics));
    }
    return strict && report.skipped() > 0 ? ExitCode.SKIPPED : ExitCode.DONE;
  }

  private ReaderOptions readerOptions() {
    FieldMapping beir = FieldMapping.BEIR;
    FieldMapping fields =
        new FieldMapping(
            idField.map(List::of).orElse(beir.id()),
            titleField.map(List::of).orElse(beir.title()),
            textFields.isEmpty() ? beir.text() : textFields);
    return ReaderOptions.DEFAULT.withPatterns(include, exclude).withFields(fields);
  }

  private BuildOptions buildOptions(BuildOptions options) {
    return new BuildOptions(
        passages,
        analyzer,
        embedder,
        vectorBits,
        memory.orElse(options.memoryBytes()),
        options.commitEvery(),
        mirror,
        fields);
  }

  private String summary(BuildReport report, IndexStatistics statistics) {
    String head =
        String.format(
            Locale.ROOT,
            "%s: %,d documents, %,d passages (%,d added, %,d updated, %,d removed, %,d unchanged,"
                + " %,d skipped) in %s",
            into,
            statistics.documents(),
            statistics.passages(),
            report.added(),
            report.updated(),
            report.removed(),
            report.unchanged(),
            report.skipped(),
            duration(report.millis()));
    Table table = new Table(Column.words(""), Column.words(""));
    StatisticsRows.add(table, statistics);
    StatisticsRows.add(table, report);
    return head + "\n" + table.render().stripTrailing();
  }

  private static String duration(BuildReport.Millis millis) {
    double seconds = millis.total() / 1000.0;
    return seconds < 10
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : ProgressLine.duration(seconds);
  }
}
