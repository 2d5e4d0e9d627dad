package dev.sluice.cli;

import dev.sluice.context.Answer;
import dev.sluice.context.AskOptions;
import dev.sluice.context.Citation;
import dev.sluice.context.Sluice;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "ask",
    description = {
      "Answers a question from the documents, and cites the bytes that bear the answer out.",
      "That the corpus does not answer it is an answer, too."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice ask docs/ \"How do I rotate the logs?\"",
      "  sluice ask docs.index \"How do I rotate the logs?\" --tokens 4000 --json",
      "  sluice ask docs.index \"How do I rotate the logs?\" --where 'uri : admin'",
      "  sluice ask docs.index --batch questions.jsonl --json > answers.jsonl"
    })
final class AskCommand implements Callable<Integer> {
  private static final int QUOTE = 240;

  /** Passages that are shown in place of an answer, and characters of each. */
  private static final int NEAREST = 3;

  private static final int SNIPPET = 120;
  private static final String INDENT = "    ";

  private final Terminal terminal;
  private final InputStream in;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Mixin private IndexArgument index;
  @Mixin private WhereOption where;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "QUESTION",
      description = "The question; several words make one question.")
  private List<String> words = List.of();

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "2000",
      converter = Count.class,
      description =
          "Budget of the window that the answer is read from (default: ${DEFAULT-VALUE}).")
  private int tokens;

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
          "Questions as JSON lines {\"_id\", \"text\"[, \"where\"]}; - reads standard input.")
  private Optional<String> batch;

  AskCommand(Terminal terminal, InputStream in) {
    this.terminal = terminal;
    this.in = in;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<String> question = QueryInput.single(spec, "QUESTION", words, batch);
    AskOptions options = new AskOptions(tokens, Stage.joined(spec, stages), where.filter());
    try (Sluice sluice = index.open(terminal, common.debug(), options.stages())) {
      if (question.isPresent()) {
        show(Optional.empty(), sluice.ask(question.get(), options));
      } else {
        BatchQuery.forEach(
            batch.orElseThrow(),
            in,
            each -> {
              AskOptions own = new AskOptions(tokens, options.stages(), where.and(each.where()));
              show(Optional.of(each.id()), sluice.ask(each.text(), own));
            });
      }
    }
    return ExitCode.DONE;
  }

  private void show(Optional<String> id, Answer answer) {
    if (json) {
      terminal.out().println(Json.line(Json.answer(id, answer)));
    } else {
      print(answer);
    }
    terminal.out().flush();
  }

  private void print(Answer answer) {
    PrintStream out = terminal.out();
    if (batch.isPresent()) {
      out.println(terminal.bold(answer.question()));
    }
    Prose.wrap(cited(answer), terminal.proseWidth()).forEach(out::println);
    out.println();
    if (!answer.answered() && !answer.hits().isEmpty()) {
      out.println("Nearest:");
      answer.hits().stream().limit(NEAREST).forEach(hit -> HitText.print(terminal, hit, SNIPPET));
      out.println();
    }
    for (Citation citation : answer.citations()) {
      out.printf(
          "[%d] %s %s%s%n",
          citation.n(),
          Prose.shorten(citation.document(), 200),
          citation.place().map(place -> place + " ").orElse(""),
          citation.span());
      Prose.wrap(
              "“" + Prose.shorten(citation.text(), QUOTE) + "”",
              terminal.proseWidth() - INDENT.length())
          .forEach(line -> out.println(INDENT + line));
    }
    out.printf(
        Locale.ROOT,
        "confidence %.2f, window of %,d tokens (%,d allowed)%n",
        answer.confidence(),
        answer.window().tokens(),
        answer.window().budget());
    if (trace) {
      out.println();
      out.print(TraceTable.of(answer.trace()));
      if (batch.isEmpty()) {
        out.println(index.times(answer.trace().millis()));
      }
    }
    if (batch.isPresent()) {
      out.println();
    }
  }

  private static String cited(Answer answer) {
    if (!answer.answered()) {
      return "The corpus does not answer this question.";
    }
    String words = answer.text().orElseThrow();
    String sentences =
        answer.sentences().stream().map(Answer.Sentence::text).collect(Collectors.joining(" "));
    if (!words.equals(sentences)) {
      // The words alone: the sentences that they stand in are quoted below.
      return words + numbers(answer.citations().stream().map(Citation::n).toList());
    }
    return answer.sentences().stream()
        .map(sentence -> sentence.text() + numbers(sentence.citations()))
        .collect(Collectors.joining(" "));
  }

  private static String numbers(List<Integer> citations) {
    return citations.stream().map(n -> "[" + n + "]").collect(Collectors.joining("", " ", ""));
  }
}
