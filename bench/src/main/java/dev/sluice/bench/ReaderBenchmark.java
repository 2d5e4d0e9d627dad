package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cascade.evaluation.AnswerText;
import dev.sluice.cascade.evaluation.Qrels;
import dev.sluice.context.Answer;
import dev.sluice.context.CachedIndex;
import dev.sluice.context.OpenOptions;
import dev.sluice.context.Sluice;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.BuildProgress;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.SpanLogits;
import dev.sluice.inference.SpanReader;
import dev.sluice.inference.SpanReaders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How well a reader answers: with the right passage given, and behind the search of a corpus. */
@Command(
    name = "bench/reader",
    mixinStandardHelpOptions = true,
    description =
        "Asks a reader the questions of a collection in BEIR's form: once with the right passage"
            + " given, once of the whole corpus.")
final class ReaderBenchmark implements Callable<Integer> {
  private static final int LONGEST_ANSWER = 30;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Parameters(
      index = "0",
      paramLabel = "COLLECTION",
      description =
          "A folder with corpus.jsonl.gz, queries.jsonl.gz (metadata.answers) and qrels/test.tsv or"
              + " qrels/dev.tsv.")
  private Path collection;

  @Option(
      names = "--pack",
      paramLabel = "NAME",
      defaultValue = "sluice-read",
      description = "Name or folder of the reader (default: ${DEFAULT-VALUE}).")
  private String pack;

  @Option(names = "--given-only", description = "Leave out the questions of the whole corpus.")
  private boolean givenOnly;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** A question with the answers that are accepted; none where the corpus does not hold one. */
  private record Asked(String id, String text, List<String> answers) {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ReaderBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Asked> questions = questions();
    Map<String, Map<String, Integer>> judgments = Qrels.read(judged()).judgments();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("collection", collection.getFileName().toString());
    figures.put("pack", pack);
    given(questions, judgments, figures);
    if (!givenOnly) {
      corpus(questions, judgments, figures);
    }
    if (json) {
      System.out.println(MAPPER.writeValueAsString(figures));
    } else {
      figures.forEach((name, value) -> System.out.printf(Locale.ROOT, "%-28s %s%n", name, value));
    }
    return 0;
  }

  /** The reader alone, on the passage that was judged to answer the question. */
  private void given(
      List<Asked> questions,
      Map<String, Map<String, Integer>> judgments,
      Map<String, Object> figures)
      throws IOException {
    Map<String, String> texts = texts();
    double forced = 0;
    double exact = 0;
    double answered = 0;
    int count = 0;
    try (SpanReader reader = SpanReaders.open(pack)) {
      Optional<ScoreCalibration> calibration = reader.calibration();
      for (Asked question : questions) {
        Map<String, Integer> judged = judgments.get(question.id());
        if (judged == null || question.answers().isEmpty()) {
          continue;
        }
        String passage = texts.get(judged.keySet().iterator().next());
        SpanLogits said = reader.read(question.text(), List.of(passage)).getFirst();
        SpanLogits.Span best = said.best(LONGEST_ANSWER).orElseThrow();
        String words = passage.substring(best.from(), best.to());
        count++;
        forced +=
            question.answers().stream().mapToDouble(a -> AnswerText.f1(words, a)).max().orElse(0);
        exact +=
            question.answers().stream()
                .mapToDouble(a -> AnswerText.exactMatch(words, a))
                .max()
                .orElse(0);
        double confidence =
            calibration.map(c -> c.probability(best.score())).orElse(best.score() > 0 ? 1.0 : 0.0);
        answered += confidence >= 0.5 ? 1 : 0;
      }
    }
    figures.put("given_questions", count);
    figures.put("given_f1", rounded(forced / count));
    figures.put("given_exact_match", rounded(exact / count));
    figures.put("given_answered", rounded(answered / count));
  }

  /** The whole pipeline, which must find the passage and may refuse. */
  private void corpus(
      List<Asked> questions,
      Map<String, Map<String, Integer>> judgments,
      Map<String, Object> figures)
      throws InterruptedException {
    CachedIndex index = CachedIndex.of(corpusFile());
    index.update(BuildProgress.Listener.none());
    int answerable = 0;
    int unanswerable = 0;
    int refusedRight = 0;
    int refusedWrong = 0;
    double f1 = 0;
    try (Sluice sluice =
        Sluice.open(index.path(), OpenOptions.defaults().withReader(Optional.of(pack)))) {
      for (Asked question : questions) {
        Answer answer = sluice.ask(question.text());
        if (!judgments.containsKey(question.id())) {
          unanswerable++;
          refusedRight += answer.answered() ? 0 : 1;
          continue;
        }
        answerable++;
        refusedWrong += answer.answered() ? 0 : 1;
        String words = answer.text().orElse("");
        f1 += question.answers().stream().mapToDouble(a -> AnswerText.f1(words, a)).max().orElse(0);
      }
    }
    figures.put("asked_answerable", answerable);
    figures.put("asked_f1", rounded(f1 / Math.max(1, answerable)));
    figures.put("asked_refused_wrongly", rounded((double) refusedWrong / Math.max(1, answerable)));
    figures.put("asked_unanswerable", unanswerable);
    figures.put(
        "asked_refused_rightly", rounded((double) refusedRight / Math.max(1, unanswerable)));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  private Path corpusFile() {
    return collection.resolve("corpus.jsonl.gz");
  }

  private Path judged() {
    for (String name : List.of("test.tsv", "dev.tsv")) {
      Path file = collection.resolve("qrels").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new InvalidInputException(
        collection + ": expected qrels/test.tsv or qrels/dev.tsv, found neither");
  }

  private List<Asked> questions() throws IOException {
    List<Asked> questions = new ArrayList<>();
    try (BufferedReader lines = lines(collection.resolve("queries.jsonl.gz"))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode node = MAPPER.readTree(line);
        List<String> answers = new ArrayList<>();
        node.path("metadata").path("answers").forEach(answer -> answers.add(answer.asText()));
        questions.add(new Asked(node.path("_id").asText(), node.path("text").asText(), answers));
      }
    }
    return questions;
  }

  private Map<String, String> texts() throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (BufferedReader lines = lines(corpusFile())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode node = MAPPER.readTree(line);
        texts.put(node.path("_id").asText(), node.path("text").asText());
      }
    }
    return texts;
  }

  private static BufferedReader lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new InvalidInputException(file + ": expected a file of a BEIR collection, found none");
    }
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8));
  }
}
