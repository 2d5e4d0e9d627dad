package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.distill.FusionDistillation;
import dev.sluice.distill.data.Quota;
import dev.sluice.distill.fusion.FusionTraining;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "fusion",
    description = {
      "Learns how an embedder's scores are fused with those of BM25, and says what to expect of"
          + " data that was not seen.",
      "FILE has a JSON object a line: {\"query\", \"positives\"}, {\"query\", \"passage\"}, or"
          + " {\"question\", \"pid\"} with FILE.passages.jsonl beside it. The passages are indexed"
          + " and searched for each query. When it is stopped, the same command goes on from"
          + " there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice distill fusion --data questions.jsonl.gz --embedder my-pack --out"
          + " my-pack/fusion.json"
    })
final class DistillFusionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common;
  @Mixin private DistillArguments arguments;

  @Option(
      names = "--embedder",
      required = true,
      paramLabel = "PACK",
      description = "Name or folder of the embedder.")
  private String embedder;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "File of the fusion: fusion.json in the embedder's pack; must not be there yet.")
  private Path out;

  @Option(
      names = "--queries",
      paramLabel = "N",
      converter = Count.class,
      defaultValue = "3000",
      description = "Queries to search for at most (default: ${DEFAULT-VALUE}).")
  private int queries;

  @Option(
      names = "--general",
      description = "Take as much of each source as for the models that come with the program.")
  private boolean general;

  DistillFusionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    FusionTraining.Report report =
        arguments.run(
            terminal,
            common.debug(),
            listener ->
                FusionDistillation.run(
                    new FusionDistillation.Options(
                        arguments.data,
                        general ? Quota.general() : Quota.everything(),
                        queries,
                        embedder,
                        out,
                        arguments.work("fusion-" + DistillArguments.name(Path.of(embedder)))),
                    listener));
    terminal.out().print(arguments.json ? Json.line(json(report)) + "\n" : text(report));
    return ExitCode.DONE;
  }

  private ObjectNode json(FusionTraining.Report report) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("fusion", out.toString());
    node.put("groups", report.groups());
    node.put("used", report.used());
    ObjectNode sets = node.putObject("ndcg@10");
    report
        .ndcg()
        .forEach(
            (set, ways) -> {
              ObjectNode row = sets.putObject(set);
              ways.forEach(row::put);
            });
    return node;
  }

  private String text(FusionTraining.Report report) {
    return "%s: learned on %,d of %,d queries%n%nnDCG@10 of data sets that were left out:%n%s"
        .formatted(out, report.used(), report.groups(), report.table());
  }
}
