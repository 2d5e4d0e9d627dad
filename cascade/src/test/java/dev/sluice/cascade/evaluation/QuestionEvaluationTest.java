package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuestionEvaluationTest {
  private static final List<AnswerMeasure> SCRIPT_COLUMNS =
      List.of(
          AnswerMeasure.WINDOW,
          AnswerMeasure.QUOTES,
          AnswerMeasure.EXACT_MATCH,
          AnswerMeasure.F1,
          AnswerMeasure.F1_ANSWERED,
          AnswerMeasure.REFUSED);

  // What score-ask.py printed, with ten decimals, for questions.jsonl and outputs.jsonl.
  private static final List<String> SCRIPT_ROWS =
      List.of(
          "(paraphrase) 3 1.0000000000 0.7222222222 0.3333333333 0.8222222222 0.8222222222"
              + " 0.0000000000",
          "factoid 4 0.5000000000 0.3750000000 0.5000000000 0.6666666667 0.8888888889 0.2500000000",
          "two-passage 3 0.6666666667 0.7222222222 0.0000000000 0.4000000000 0.6000000000"
              + " 0.3333333333",
          "why 2 0.5000000000 0.5000000000 1.0000000000 1.0000000000 1.0000000000 0.0000000000",
          "answerable 9 0.5555555556 0.5185185185 0.4444444444 0.6518518519 0.8380952381"
              + " 0.2222222222",
          "unanswerable 3 - - - - - 0.6666666667");

  private static List<Question> questions() throws IOException {
    return Questions.read(TestFile.resource("questions.jsonl")).list();
  }

  private static List<GivenAnswer> answers() throws IOException {
    List<GivenAnswer> answers = new ArrayList<>();
    for (String line : Files.readAllLines(TestFile.resource("outputs.jsonl"))) {
      JsonNode output = new ObjectMapper().readTree(line);
      boolean answered = output.get("answered").booleanValue();
      answers.add(
          new GivenAnswer(
              output.get("_id").textValue(),
              Optional.ofNullable(answered ? output.get("answer").textValue() : null),
              output.path("passages").findValuesAsText("text"),
              output.path("window").path("spans").findValuesAsText("text"),
              output.path("citations").findValuesAsText("text")));
    }
    return answers;
  }

  @Test
  void givesTheRowsThatTheScoringScriptGives() throws IOException {
    List<QuestionEvaluation.Row> rows = QuestionEvaluation.of(questions(), answers()).rows();
    assertEquals(
        SCRIPT_ROWS.stream().map(row -> row.split(" ", -1)[0]).toList(),
        rows.stream().map(QuestionEvaluation.Row::group).toList());
    for (int i = 0; i < rows.size(); i++) {
      String[] expected = SCRIPT_ROWS.get(i).split(" ", -1);
      assertEquals(Integer.parseInt(expected[1]), rows.get(i).questions(), expected[0]);
      for (int column = 0; column < SCRIPT_COLUMNS.size(); column++) {
        OptionalDouble mean = rows.get(i).mean(SCRIPT_COLUMNS.get(column));
        String cell = expected[column + 2];
        assertEquals(cell.equals("-"), mean.isEmpty(), SCRIPT_ROWS.get(i));
        if (mean.isPresent()) {
          assertEquals(Double.parseDouble(cell), mean.getAsDouble(), 1e-9, SCRIPT_ROWS.get(i));
        }
      }
    }
  }

  @Test
  void countsACitationThatHoldsAGoldQuoteOrLiesWithinOne() throws IOException {
    QuestionEvaluation evaluation = QuestionEvaluation.of(questions(), answers());
    assertEquals(
        Map.of("f1", 1.0, "f2", 1.0, "f3", 0.0, "t1", 0.0, "t3", 1.0, "w1", 0.0, "w2", 1.0),
        evaluation.perQuestion(AnswerMeasure.CITATIONS));
    assertEquals(
        4 / 7.0,
        evaluation.row("answerable").orElseThrow().mean(AnswerMeasure.CITATIONS).orElseThrow(),
        1e-12);
  }

  @Test
  void countsAQuestionWithoutAnAnswerAsRefusedAndNamesIt() throws IOException {
    QuestionEvaluation evaluation = QuestionEvaluation.of(questions(), answers());
    assertEquals(List.of("f4"), evaluation.missing());
    assertEquals(
        Set.of(
            AnswerMeasure.TOP_1,
            AnswerMeasure.TOP_5,
            AnswerMeasure.TOP_10,
            AnswerMeasure.WINDOW,
            AnswerMeasure.QUOTES,
            AnswerMeasure.EXACT_MATCH,
            AnswerMeasure.F1,
            AnswerMeasure.REFUSED),
        evaluation.questions().get("f4").keySet());
    assertEquals(1.0, evaluation.questions().get("f4").get(AnswerMeasure.REFUSED));
  }

  @Test
  void refusesAnswersToOtherQuestionsAndTwoToOne() throws IOException {
    List<Question> questions = questions();
    GivenAnswer other = new GivenAnswer("zz", Optional.of("x"), List.of(), List.of(), List.of());
    String message =
        assertThrows(
                InvalidInputException.class, () -> QuestionEvaluation.of(questions, List.of(other)))
            .getMessage();
    assertTrue(message.contains("zz"), message);
    GivenAnswer known = new GivenAnswer("f1", Optional.of("x"), List.of(), List.of(), List.of());
    assertThrows(
        InvalidInputException.class, () -> QuestionEvaluation.of(questions, List.of(known, known)));
  }
}
