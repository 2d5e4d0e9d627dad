package dev.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.evaluation.AnswerMeasure;
import dev.sluice.cascade.evaluation.Evaluation;
import dev.sluice.cascade.evaluation.GivenAnswer;
import dev.sluice.cascade.evaluation.Qrels;
import dev.sluice.cascade.evaluation.Queries;
import dev.sluice.cascade.evaluation.Query;
import dev.sluice.cascade.evaluation.Question;
import dev.sluice.cascade.evaluation.QuestionEvaluation;
import dev.sluice.cascade.evaluation.Questions;
import dev.sluice.cascade.evaluation.Run;
import dev.sluice.cascade.evaluation.ScoredDocument;
import dev.sluice.cli.Table.Column;
import dev.sluice.context.Answer;
import dev.sluice.context.AskOptions;
import dev.sluice.context.Citation;
import dev.sluice.context.SearchOptions;
import dev.sluice.context.Sluice;
import dev.sluice.context.Window;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "eval",
    description =
        "Measures searches against judgments, or answers against questions with gold quotes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice eval docs.index --queries queries.jsonl --qrels qrels.tsv",
      "  sluice eval docs.index --queries queries.jsonl --qrels qrels.tsv --stages lexical --json",
      "  sluice eval docs.index --queries queries.jsonl --qrels qrels.tsv --baseline old.run",
      "  sluice eval docs.index --queries queries.jsonl --qrels qrels.tsv --candidates bm25.tsv \\",
      "      --stages vectors,rerank",
      "  sluice eval docs.index --questions questions.jsonl --tokens 2000"
    })
final class EvalCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Mixin private IndexArgument index;

  @Option(
      names = "--queries",
      paramLabel = "FILE",
      description = "Queries as JSON lines {\"_id\", \"text\"}; needs --qrels.")
  private Optional<Path> queries;

  @Option(
      names = "--qrels",
      paramLabel = "FILE",
      description = "Judgments in the form of TREC or BEIR; needs --queries.")
  private Optional<Path> qrels;

  @Option(
      names = "--questions",
      paramLabel = "FILE",
      description = "Questions with gold quotes as JSON lines, in place of queries and judgments.")
  private Optional<Path> questions;

  @Option(
      names = "--candidates",
      paramLabel = "FILE",
      description = {
        "Rank the documents of these lists in place of what the first stages find: a TREC run, or"
            + " tab-separated columns under the header query-id, corpus-id, rank, score. The scores"
            + " stand for BM25's. Needs --queries."
      })
  private Optional<Path> candidates;

  @Option(
      names = "--baseline",
      paramLabel = "RUN",
      description =
          "Compare nDCG@10 of each query with that of this run, as --run-out wrote it, by a paired"
              + " randomisation test. Needs --queries.")
  private Optional<Path> baseline;

  @Option(
      names = "--stages",
      split = ",",
      paramLabel = "STAGE",
      description = {
        "Stages to run: ${COMPLETION-CANDIDATES} (default: all three). With --candidates, lexical"
            + " is the lists as they are."
      })
  private List<Stage> stages = List.of();

  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "100",
      converter = Count.class,
      description = "Hits of each query to look at (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "2000",
      converter = Count.class,
      description = "Budget of the window of each question (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--run-out",
      paramLabel = "FILE",
      description = "Also write the ranked documents as a TREC run.")
  private Optional<Path> runOut;

  @Option(
      names = "--keep-identical-ids",
      description = {
        "Rank documents whose id is that of the query, too. They are left out by default, as BEIR"
            + " does, for queries that are themselves documents."
      })
  private boolean keepIdenticalIds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean ranking = queries.isPresent() && qrels.isPresent() && questions.isEmpty();
    boolean answers = queries.isEmpty() && qrels.isEmpty() && questions.isPresent();
    if (!ranking && !answers) {
      throw new ParameterException(
          spec.commandLine(), "expected --queries and --qrels, or else --questions");
    }
    if (answers && (candidates.isPresent() || baseline.isPresent())) {
      throw new ParameterException(
          spec.commandLine(), "--candidates and --baseline need --queries and --qrels");
    }
    String funnel =
        candidates.isPresent() ? Stage.joinedOverGiven(spec, stages) : Stage.joined(spec, stages);
    try (Sluice sluice = index.open(terminal, common.debug(), funnel);
        ProgressLine progress = new ProgressLine(terminal, common.debug())) {
      terminal
          .out()
          .print(
              ranking
                  ? measureSearches(sluice, funnel, progress)
                  : measureAnswers(sluice, funnel, progress));
    }
    return ExitCode.DONE;
  }

  private String measureSearches(Sluice sluice, String funnel, ProgressLine progress)
      throws IOException {
    Map<String, Map<String, Integer>> judgments = Qrels.read(qrels.orElseThrow()).judgments();
    List<Query> judged =
        Queries.read(queries.orElseThrow()).list().stream()
            .filter(query -> judgments.containsKey(query.id()))
            .toList();
    if (judged.isEmpty()) {
      throw new InvalidInputException(
          qrels.orElseThrow()
              + ": none of its query ids occurs in "
              + queries.orElseThrow()
              + "; check that the two belong together");
    }
    SearchOptions options = SearchOptions.defaults().withK(k).withStages(funnel);
    Optional<CandidateLists> lists = Optional.empty();
    if (candidates.isPresent()) {
      lists = Optional.of(CandidateLists.read(candidates.get(), judged, sluice));
      lists.get().warn(terminal);
    }
    // Read before the searches, so that a wrong file is told at once.
    Optional<Run> other = Optional.empty();
    if (baseline.isPresent()) {
      other = Optional.of(Run.read(baseline.get()));
    }
    SequencedMap<String, List<ScoredDocument>> results = new LinkedHashMap<>();
    progress.begin("searching", "queries", OptionalLong.of(judged.size()));
    long started = System.nanoTime();
    try (RunOutput run = RunOutput.to(runOut)) {
      for (Query query : judged) {
        SearchResult result =
            lists.isPresent()
                ? sluice.rank(query.text(), lists.get().of(query.id()), options)
                : sluice.search(query.text(), options);
        run.write(query.id(), result);
        results.put(query.id(), RunOutput.documents(result));
        progress.advance(1);
      }
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    Evaluation.Options standard = Evaluation.Options.STANDARD;
    Evaluation.Options measuring =
        new Evaluation.Options(standard.measures(), standard.relevanceLevel(), !keepIdenticalIds);
    Qrels read = new Qrels(new LinkedHashMap<>(judgments));
    Evaluation evaluation = Evaluation.of(new Run(results), read, measuring);
    Optional<BaselineComparison> comparison =
        other.map(
            run ->
                BaselineComparison.of(
                    baseline.orElseThrow(), evaluation, Evaluation.of(run, read, measuring)));
    Map<String, Double> means = new LinkedHashMap<>();
    evaluation.means().forEach((measure, mean) -> means.put(measure.name(), mean));
    List<String> ran = List.of(options.stages().split(","));
    int count = evaluation.queries().size();
    if (json) {
      ObjectNode node = Json.evaluation(count, means, ran, seconds);
      lists.ifPresent(given -> node.set("candidates", given.json()));
      comparison.ifPresent(compared -> node.set("baseline", compared.json()));
      return Json.line(node) + "\n";
    }
    return table(count, means, ran, seconds)
        + comparison.map(compared -> compared.line() + "\n").orElse("");
  }

  private static String table(
      int queries, Map<String, Double> means, List<String> stages, double seconds) {
    Table table = new Table(Column.words("measure"), Column.numbers("value"));
    means.forEach((name, value) -> table.row(name, String.format(Locale.ROOT, "%.4f", value)));
    table.row("queries", String.format(Locale.ROOT, "%,d", queries));
    table.row("seconds", String.format(Locale.ROOT, "%.1f", seconds));
    return table.render() + "stages: " + String.join(", ", stages) + "\n";
  }

  private String measureAnswers(Sluice sluice, String funnel, ProgressLine progress)
      throws IOException {
    List<Question> asked = Questions.read(questions.orElseThrow()).list();
    AskOptions options = AskOptions.defaults().withTokens(tokens).withStages(funnel);
    List<GivenAnswer> given = new ArrayList<>();
    progress.begin("asking", "questions", OptionalLong.of(asked.size()));
    long started = System.nanoTime();
    for (Question question : asked) {
      given.add(given(question.id(), sluice.ask(question.text(), options)));
      progress.advance(1);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    QuestionEvaluation evaluation = QuestionEvaluation.of(asked, given);
    return json ? Json.line(Json.evaluation(evaluation, seconds)) + "\n" : table(evaluation);
  }

  private static GivenAnswer given(String id, Answer answer) {
    return new GivenAnswer(
        id,
        answer.text(),
        answer.hits().stream().limit(10).map(hit -> hit.passage().text()).toList(),
        answer.window().spans().stream().map(Window.WindowSpan::text).toList(),
        answer.citations().stream().map(Citation::text).toList());
  }

  private static String table(QuestionEvaluation evaluation) {
    List<Column> columns = new ArrayList<>(List.of(Column.words("type"), Column.numbers("n")));
    for (AnswerMeasure measure : AnswerMeasure.values()) {
      columns.add(Column.numbers(measure.label()));
    }
    Table table = new Table(columns.toArray(Column[]::new));
    for (QuestionEvaluation.Row row : evaluation.rows()) {
      List<String> cells = new ArrayList<>(List.of(row.group(), Integer.toString(row.questions())));
      for (AnswerMeasure measure : AnswerMeasure.values()) {
        OptionalDouble mean = row.mean(measure);
        cells.add(mean.isEmpty() ? "-" : String.format(Locale.ROOT, "%.3f", mean.getAsDouble()));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table.render();
  }
}
