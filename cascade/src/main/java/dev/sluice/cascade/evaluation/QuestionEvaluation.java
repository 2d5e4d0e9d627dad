package dev.sluice.cascade.evaluation;

import static java.util.stream.Collectors.averagingDouble;

import dev.sluice.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The figures of answers to a set of questions.
 *
 * @param rows one for each type of question, and for {@link #ANSWERABLE} and {@link #PARAPHRASE};
 *     by name, but answerable and unanswerable last
 * @param questions question id to its figures, in the order of the questions; a figure that does
 *     not apply is absent
 * @param missing ids of the questions without an answer, which count as refused with an empty
 *     window
 */
public record QuestionEvaluation(
    List<Row> rows,
    SequencedMap<String, Map<AnswerMeasure, Double>> questions,
    List<String> missing) {

  private static final SequencedMap<AnswerMeasure, Integer> TOP = new LinkedHashMap<>();

  static {
    TOP.put(AnswerMeasure.TOP_1, 1);
    TOP.put(AnswerMeasure.TOP_5, 5);
    TOP.put(AnswerMeasure.TOP_10, 10);
  }

  /** The row over all questions but the unanswerable. */
  public static final String ANSWERABLE = "answerable";

  /** The row over the questions that use other words than their gold. */
  public static final String PARAPHRASE = "(paraphrase)";

  /**
   * The figures of a group of questions.
   *
   * @param group its name
   * @param questions number of questions in it
   * @param means each figure's mean over the questions that it applies to; absent where there is no
   *     such question
   */
  public record Row(String group, int questions, Map<AnswerMeasure, Double> means) {
    public Row {
      means = copy(means);
    }

    /** The mean of one figure; empty where it applies to no question of the group. */
    public OptionalDouble mean(AnswerMeasure measure) {
      Double mean = means.get(measure);
      return mean == null ? OptionalDouble.empty() : OptionalDouble.of(mean);
    }
  }

  public QuestionEvaluation {
    rows = List.copyOf(rows);
    questions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(questions));
    missing = List.copyOf(missing);
  }

  /**
   * Scores answers.
   *
   * @param answers at most one for a question, in any order
   * @throws InvalidInputException if an answer is to none of the questions, or two are to the same
   */
  public static QuestionEvaluation of(List<Question> questions, Collection<GivenAnswer> answers) {
    Map<String, GivenAnswer> byQuestion = byQuestion(questions, answers);
    SequencedMap<String, Map<AnswerMeasure, Double>> figures = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    Map<String, List<Map<AnswerMeasure, Double>>> groups =
        new TreeMap<>(
            Comparator.<String, Boolean>comparing(QuestionEvaluation::isTotal)
                .thenComparing(Comparator.naturalOrder()));
    for (Question question : questions) {
      GivenAnswer answer = byQuestion.get(question.id());
      if (answer == null) {
        missing.add(question.id());
        answer = GivenAnswer.none(question.id());
      }
      Map<AnswerMeasure, Double> row = copy(measure(question, answer));
      figures.put(question.id(), row);
      for (String group : groups(question)) {
        groups.computeIfAbsent(group, name -> new ArrayList<>()).add(row);
      }
    }
    List<Row> rows = new ArrayList<>();
    groups.forEach((group, members) -> rows.add(row(group, members)));
    return new QuestionEvaluation(rows, figures, missing);
  }

  /** The row of a group; empty where no question is in it. */
  public Optional<Row> row(String group) {
    return rows.stream().filter(row -> row.group().equals(group)).findFirst();
  }

  /** The questions that a figure applies to with its value, for a {@link PairedTest}. */
  public SequencedMap<String, Double> perQuestion(AnswerMeasure measure) {
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    questions.forEach(
        (question, row) -> {
          if (row.containsKey(measure)) {
            values.put(question, row.get(measure));
          }
        });
    return values;
  }

  private static Map<String, GivenAnswer> byQuestion(
      List<Question> questions, Collection<GivenAnswer> answers) {
    Map<String, GivenAnswer> byQuestion = new HashMap<>();
    for (GivenAnswer answer : answers) {
      if (byQuestion.put(answer.question(), answer) != null) {
        throw new InvalidInputException(
            "answers: expected one for each question, found two for " + answer.question());
      }
    }
    Set<String> unknown = new HashSet<>(byQuestion.keySet());
    questions.forEach(question -> unknown.remove(question.id()));
    if (!unknown.isEmpty()) {
      throw new InvalidInputException(
          "answers: expected answers to the questions given, found %d to others, such as %s: are"
                  .formatted(unknown.size(), Collections.min(unknown))
              + " they for another set of questions?");
    }
    return byQuestion;
  }

  private static List<String> groups(Question question) {
    List<String> groups = new ArrayList<>(List.of(question.type()));
    if (question.isAnswerable()) {
      groups.add(ANSWERABLE);
    }
    if (question.paraphrase()) {
      groups.add(PARAPHRASE);
    }
    return groups;
  }

  private static boolean isTotal(String group) {
    return group.equals(ANSWERABLE) || group.equals(Question.UNANSWERABLE);
  }

  private static Row row(String group, List<Map<AnswerMeasure, Double>> members) {
    Map<AnswerMeasure, Double> means = new EnumMap<>(AnswerMeasure.class);
    for (AnswerMeasure measure : AnswerMeasure.values()) {
      List<Double> values =
          members.stream()
              .filter(row -> row.containsKey(measure))
              .map(r -> r.get(measure))
              .toList();
      if (!values.isEmpty()) {
        means.put(measure, values.stream().collect(averagingDouble(value -> value)));
      }
    }
    return new Row(group, members.size(), means);
  }

  private static Map<AnswerMeasure, Double> measure(Question question, GivenAnswer answer) {
    Map<AnswerMeasure, Double> row = new EnumMap<>(AnswerMeasure.class);
    row.put(AnswerMeasure.REFUSED, answer.text().isPresent() ? 0.0 : 1.0);
    if (!question.isAnswerable()) {
      return row;
    }
    measurePassages(question, answer, row);
    measureWindow(question, answer, row);
    double exact = 0;
    double f1 = 0;
    if (answer.text().isPresent()) {
      for (String accepted : question.answers()) {
        exact = Math.max(exact, AnswerText.exactMatch(answer.text().get(), accepted));
        f1 = Math.max(f1, AnswerText.f1(answer.text().get(), accepted));
      }
      row.put(AnswerMeasure.F1_ANSWERED, f1);
      row.put(AnswerMeasure.CITATIONS, isCitedRightly(question, answer) ? 1.0 : 0.0);
    }
    row.put(AnswerMeasure.EXACT_MATCH, exact);
    row.put(AnswerMeasure.F1, f1);
    return row;
  }

  private static void measurePassages(
      Question question, GivenAnswer answer, Map<AnswerMeasure, Double> row) {
    List<String> flat = answer.passages().stream().limit(10).map(AnswerText::flat).toList();
    TOP.forEach(
        (measure, k) -> {
          Held held = Held.of(question, flat.subList(0, Math.min(k, flat.size())));
          row.put(measure, held.covered() ? 1.0 : 0.0);
        });
  }

  private static void measureWindow(
      Question question, GivenAnswer answer, Map<AnswerMeasure, Double> row) {
    Held held = Held.of(question, answer.window().stream().map(AnswerText::flat).toList());
    row.put(AnswerMeasure.WINDOW, held.covered() ? 1.0 : 0.0);
    row.put(AnswerMeasure.QUOTES, (double) held.quotes() / question.gold().size());
  }

  /**
   * Which gold quotes some texts hold.
   *
   * @param covered whether they hold what the question needs
   */
  private record Held(int quotes, boolean covered) {

    static Held of(Question question, List<String> texts) {
      Map<Integer, Boolean> parts = new HashMap<>();
      int quotes = 0;
      for (int i = 0; i < question.gold().size(); i++) {
        Question.Gold gold = question.gold().get(i);
        String quote = AnswerText.flat(gold.quote());
        boolean isHeld = texts.stream().anyMatch(text -> text.contains(quote));
        quotes += isHeld ? 1 : 0;
        parts.merge(gold.part().orElse(i), isHeld, Boolean::logicalOr);
      }
      boolean all = question.type().equals(Question.TWO_PASSAGE);
      return new Held(quotes, all ? !parts.containsValue(false) : quotes > 0);
    }
  }

  private static boolean isCitedRightly(Question question, GivenAnswer answer) {
    List<String> quotes =
        question.gold().stream().map(gold -> AnswerText.flat(gold.quote())).toList();
    return answer.citations().stream()
        .map(AnswerText::flat)
        .filter(citation -> !citation.isEmpty())
        .anyMatch(
            citation ->
                quotes.stream()
                    .anyMatch(quote -> citation.contains(quote) || quote.contains(citation)));
  }

  private static Map<AnswerMeasure, Double> copy(Map<AnswerMeasure, Double> figures) {
    Map<AnswerMeasure, Double> copy = new EnumMap<>(AnswerMeasure.class);
    copy.putAll(figures);
    return Collections.unmodifiableMap(copy);
  }
}
