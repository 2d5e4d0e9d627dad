package dev.sluice.bench;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.SluiceException;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.TokenizerFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code bench/inference}: README.md in this module's folder says what it compares. */
@Command(
    name = "bench/inference",
    mixinStandardHelpOptions = true,
    description = "Compares this engine with ONNX Runtime on the same texts.")
final class InferenceBenchmark implements Callable<Integer> {
  @Option(names = "--quick", description = "Fewer rounds, and no rows of 256 tokens.")
  private boolean quick;

  @Option(names = "--json", description = "One JSON object on standard output, nothing else.")
  private boolean json;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; by default one, and then all processors.")
  private List<Integer> threads = List.of();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      completionCandidates = ModelNames.class,
      description = "One of ${COMPLETION-CANDIDATES}; by default both.")
  private List<String> models = PeerModel.ids();

  @Option(
      names = "--texts",
      paramLabel = "FOLDER",
      description = "Documents to take passages from; by default the pages of testdata.")
  private Path texts = Path.of(System.getProperty("sluice.root", "."), "testdata", "postgresql");

  @Option(
      names = "--pack",
      paramLabel = "FOLDER",
      description =
          "A model pack with FP4 weights of the one --model; by default the one that comes with the"
              + " program or, for minilm-l6, one whose weights are rounded to the nearest, which is"
              + " as quick but less accurate.")
  private Optional<Path> pack = Optional.empty();

  private final Report report = new Report();

  private static final class ModelNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    ModelNames() {
      super(PeerModel.ids());
    }
  }

  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new InferenceBenchmark());
    command.setExecutionExceptionHandler(
        (e, line, result) -> {
          if (!(e instanceof SluiceException)) {
            throw e;
          }
          line.getErr().println("bench/inference: " + e.getMessage());
          return 1;
        });
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    for (PeerModel model : chosen()) {
      List<Workload> workloads = workloads(model);
      for (int count : threadCounts()) {
        compare(model, count, workloads);
      }
    }
    if (json) {
      System.out.println(report.json());
    }
    return 0;
  }

  private List<PeerModel> chosen() {
    return models.stream()
        .map(
            id ->
                Stream.of(PeerModel.values())
                    .filter(model -> model.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> unknown(id)))
        .toList();
  }

  private static RuntimeException unknown(String id) {
    return new InvalidInputException(
        "No model " + id + ". Give one of " + String.join(", ", PeerModel.ids()) + ".");
  }

  private List<Integer> threadCounts() {
    if (!threads.isEmpty()) {
      return threads;
    }
    return Stream.of(1, Runtime.getRuntime().availableProcessors()).distinct().toList();
  }

  private Path pack(PeerModel model) throws IOException {
    if (pack.isPresent() && models.size() != 1) {
      throw new InvalidInputException("--pack is of one model: say which, with --model.");
    }
    if (pack.isPresent()) {
      return pack.get();
    }
    return model == PeerModel.BGE_SMALL
        ? ModelPacks.locate(ModelPacks.BGE_SMALL).folder()
        : RoundedPack.of(model);
  }

  private List<Workload> workloads(PeerModel model) throws IOException, InterruptedException {
    List<int[]> passages;
    try (Tokenizer tokenizer = TokenizerFile.open(model.tokenizer())) {
      passages = Workload.passages(texts, tokenizer);
    }
    List<Workload> workloads = new ArrayList<>();
    workloads.add(Workload.ofEqualLengths("equal_lengths", passages, 32, 128));
    if (!quick) {
      workloads.add(Workload.ofEqualLengths("equal_lengths_256", passages, 32, 256));
    }
    workloads.add(Workload.ofRealLengths(passages, quick ? 48 : 128));
    return workloads;
  }

  private void compare(PeerModel model, int count, List<Workload> workloads) throws IOException {
    PrintStream people = json ? System.err : System.out;
    try (Comparison comparison = Comparison.open(model, pack(model), count)) {
      for (Workload workload : workloads) {
        Outcome outcome = comparison.run(workload, quick ? 3 : 9);
        report.add(outcome);
        people.print(Report.lines(outcome));
        people.flush();
      }
    }
  }
}
