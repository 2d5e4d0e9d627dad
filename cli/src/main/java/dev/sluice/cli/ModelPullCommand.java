package dev.sluice.cli;

import dev.sluice.inference.ModelPack;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.hub.HubName;
import dev.sluice.inference.hub.HubOptions;
import dev.sluice.inference.hub.ModelPuller;
import dev.sluice.inference.hub.PullOptions;
import dev.sluice.inference.hub.PullReport;
import dev.sluice.inference.quantize.QuantizeOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "pull",
    description = {
      "Fetches a BERT model from a Hugging Face hub by its name and makes a pack with FP4 weights"
          + " of it.",
      "The pack lies in the cache folder; --embedder, --reranker and the other model commands know"
          + " it by the same name. When it is stopped, the same command goes on from there."
          + " HF_TOKEN is used for models that are not public, HF_ENDPOINT for a mirror."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice model pull BAAI/bge-base-en-v1.5 --calibrate texts.jsonl.gz",
      "  sluice model pull cross-encoder/ms-marco-MiniLM-L-6-v2@main --out reranker",
      "  sluice model pull intfloat/e5-small-v2 --hub https://hub.example --instruction 'query: '"
    })
final class ModelPullCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "NAME",
      converter = HubNameOption.class,
      description = "OWNER/NAME, or OWNER/NAME@REVISION for a branch, tag or commit.")
  private HubName model;

  @Option(
      names = "--hub",
      paramLabel = "URL",
      converter = HubNameOption.Address.class,
      description = "Hub or mirror to ask (default: HF_ENDPOINT, or https://huggingface.co).")
  private Optional<URI> hub;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Folder of the pack (default: by its name in the cache folder).")
  private Optional<Path> out;

  @Option(
      names = "--calibrate",
      paramLabel = "FILE",
      description =
          "File or folder with texts like those that the model will read (see 'sluice model"
              + " quantize --help'; default: a few that come with the program).")
  private Optional<Path> calibration;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "nvfp4",
      description = "Of the weights: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Fp4Format format;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "100000",
      converter = Count.class,
      description = "Tokens of calibration text to use (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES} (default: as the repository says).")
  private Optional<ModelPack.Kind> kind;

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      description = "Of an embedder: ${COMPLETION-CANDIDATES} (default: as the repository says).")
  private Optional<ModelPack.Pooling> pooling;

  @Option(
      names = "--instruction",
      paramLabel = "TEXT",
      description = "What an embedder wants before each query (default: as the repository says).")
  private Optional<String> instruction;

  @Option(
      names = "--keep-original",
      description = "Keep the files as they were fetched, too, in the cache folder.")
  private boolean keepOriginal;

  @Option(
      names = "--force",
      description = "Replace the pack if it is there; indexes of its vectors must be built again.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ModelPullCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    long started = System.nanoTime();
    PullReport report;
    try (ProgressLine progress = new ProgressLine(terminal, common.debug())) {
      report = ModelPuller.pull(model, options(), new TaskProgress(progress));
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    terminal
        .out()
        .print(json ? Json.line(Json.pull(report, seconds)) + "\n" : summary(report, seconds));
    return ExitCode.DONE;
  }

  private PullOptions options() {
    QuantizeOptions defaults = QuantizeOptions.defaults();
    return new PullOptions(
        HubOptions.of(System.getenv(), hub),
        out,
        calibration,
        keepOriginal,
        new QuantizeOptions(
            format,
            defaults.recipe(),
            maxTokens,
            defaults.longestText(),
            defaults.threads(),
            force,
            Optional.empty(),
            kind,
            pooling,
            instruction,
            OptionalInt.empty(),
            "sluice "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs())));
  }

  private static String summary(PullReport report, double seconds) {
    StringBuilder text = new StringBuilder();
    if (report.quantization().isEmpty()) {
      text.append(report.name() + " is there already, made of the newest commit.\n");
    }
    Table table = new Table(Table.Column.words(""), Table.Column.words(""));
    table.row("pack", report.pack().folder().toString());
    table.row("commit", report.commit());
    report.license().ifPresent(license -> table.row("licence", license));
    report.pack().kind().ifPresent(is -> table.row("kind", is.toString()));
    report
        .quantization()
        .ifPresent(
            made -> {
              table.row(
                  "fetched",
                  ByteSize.show(report.fetchedBytes())
                      + (report.keptBytes() > 0
                          ? ", " + ByteSize.show(report.keptBytes()) + " were there"
                          : ""));
              ModelQuantizeCommand.rows(table, made);
            });
    report.original().ifPresent(folder -> table.row("original", folder.toString()));
    table.row("time", ProgressLine.duration(seconds));
    text.append(table.render());
    report.notes().forEach(note -> text.append(note).append('\n'));
    return text.toString();
  }
}
