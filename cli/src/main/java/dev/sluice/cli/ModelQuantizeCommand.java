package dev.sluice.cli;

import dev.sluice.cli.Table.Column;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.quantize.ModelQuantizer;
import dev.sluice.inference.quantize.QuantizationReport;
import dev.sluice.inference.quantize.QuantizeOptions;
import dev.sluice.inference.quantize.TensorReport;
import java.nio.file.Path;
import java.util.Locale;
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
    name = "quantize",
    description = {
      "Makes a model pack with FP4 weights from a BERT model with fp32 weights.",
      "SOURCE is a folder with tokenizer.json and model.safetensors or model.onnx. The texts decide"
          + " how weights are rounded, so give some like those that the model will read: a file"
          + " with a text a line, or JSON lines with text, passage, query or question. A"
          + " cross-encoder or reader needs lines with both a query and a passage."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice model quantize bge-base/ --calibrate texts.jsonl.gz --out bge-base-fp4",
      "  sluice model quantize ms-marco/ --kind cross-encoder --calibrate pairs.jsonl --out"
          + " reranker"
    })
final class ModelQuantizeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "SOURCE", description = "Folder of the model with fp32 weights.")
  private Path source;

  @Option(
      names = "--calibrate",
      required = true,
      paramLabel = "TEXT",
      description = "File or folder with calibration texts: .txt, .jsonl or .jsonl.gz.")
  private Path calibration;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PACK",
      description = "Folder of the pack; must not be there yet.")
  private Path out;

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

  @Option(names = "--name", paramLabel = "NAME", description = "Name of the pack.")
  private Optional<String> name;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES} (default: as the source says, or else embedder).")
  private Optional<ModelPack.Kind> kind;

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      description =
          "Of an embedder: ${COMPLETION-CANDIDATES} (default: as the source says, or mean).")
  private Optional<ModelPack.Pooling> pooling;

  @Option(
      names = "--instruction",
      paramLabel = "TEXT",
      description = "What an embedder wants before each query.")
  private Optional<String> instruction;

  @Option(
      names = "--heads",
      paramLabel = "N",
      converter = Count.class,
      description =
          "Attention heads of a source without config.json (default: one per 32 numbers).")
  private Optional<Integer> heads;

  @Option(names = "--force", description = "Replace the pack if it is there.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ModelQuantizeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    long started = System.nanoTime();
    QuantizationReport report;
    try (ProgressLine progress = new ProgressLine(terminal, common.debug())) {
      report =
          ModelQuantizer.quantize(
              source, calibration, out, options(), new TaskProgress(progress)::progress);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    terminal
        .out()
        .print(
            json
                ? Json.line(Json.quantization(out, report, seconds)) + "\n"
                : summary(report, seconds));
    return ExitCode.DONE;
  }

  private QuantizeOptions options() {
    QuantizeOptions defaults = QuantizeOptions.defaults();
    return new QuantizeOptions(
        format,
        defaults.recipe(),
        maxTokens,
        defaults.longestText(),
        defaults.threads(),
        force,
        name,
        kind,
        pooling,
        instruction,
        heads.map(OptionalInt::of).orElse(OptionalInt.empty()),
        "sluice " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()));
  }

  private String summary(QuantizationReport report, double seconds) {
    Table table = new Table(Column.words(""), Column.words(""));
    table.row("pack", out.toString());
    rows(table, report);
    table.row("time", ProgressLine.duration(seconds));
    return table.render();
  }

  /** What making a pack has cost. */
  static void rows(Table table, QuantizationReport report) {
    table.row(
        "size",
        ByteSize.show(report.bytes()) + ", of " + ByteSize.show(report.sourceBytes()) + " in fp32");
    table.row(
        "calibrated",
        String.format(
            Locale.ROOT,
            "%,d texts, %,d tokens",
            report.calibrationTexts(),
            report.calibrationTokens()));
    table.row(
        "cosine to fp32",
        String.format(
            Locale.ROOT,
            "mean %.4f, 5th percentile %.4f, least %.4f on %,d other texts",
            report.heldOut().meanCosine(),
            report.heldOut().fifthPercentile(),
            report.heldOut().leastCosine(),
            report.heldOut().texts()));
    table.row(
        "output error",
        String.format(
            Locale.ROOT,
            "%.4f of a layer on average, %.4f by plain rounding",
            report.tensors().stream().mapToDouble(TensorReport::outputError).average().orElse(0),
            report.tensors().stream()
                .mapToDouble(TensorReport::plainOutputError)
                .average()
                .orElse(0)));
  }
}
