package dev.sluice.bench;

import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How close the vectors of one embedder are to those of another, text by text. */
@Command(
    name = "bench/fidelity",
    mixinStandardHelpOptions = true,
    description =
        "Prints the cosine between the vectors that two embedders give the same texts: the mean,"
            + " the 5th percentile and the least.")
final class FidelityComparison implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "TEXTS", description = "A file with one text a line.")
  private Path texts;

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "MODEL",
      description = "The folder of the model to be close to, such as an fp32 model.onnx.")
  private String reference;

  @Option(
      names = "--pack",
      paramLabel = "MODEL",
      defaultValue = "bge-small",
      description = "The model that is compared (default: ${DEFAULT-VALUE}).")
  private String pack;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new FidelityComparison()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<String> lines =
        Files.readAllLines(texts).stream().filter(line -> !line.isBlank()).toList();
    float[][] expected = embed(reference, lines);
    float[][] found = embed(pack, lines);
    double[] cosines = new double[lines.size()];
    for (int i = 0; i < cosines.length; i++) {
      for (int j = 0; j < expected[i].length; j++) {
        cosines[i] += (double) expected[i][j] * found[i][j];
      }
    }
    Arrays.sort(cosines);
    System.out.printf(
        Locale.ROOT,
        json
            ? "{\"texts\":%d,\"mean\":%.5f,\"fifth_percentile\":%.5f,\"least\":%.5f}%n"
            : "%d texts: cosine mean %.5f, 5th percentile %.5f, least %.5f%n",
        cosines.length,
        Arrays.stream(cosines).average().orElse(0),
        cosines[cosines.length / 20],
        cosines[0]);
    return 0;
  }

  private static float[][] embed(String model, List<String> texts) {
    try (Embedder embedder = Embedders.open(model)) {
      return embedder.embedPassages(texts);
    }
  }
}
