package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A set of questions, in the order of its file. */
public record Questions(List<Question> list) {

  public Questions {
    list = List.copyOf(list);
  }

  /**
   * Reads questions, plain or gzip, a JSON object a line: {@code _id}, {@code text}, {@code type},
   * {@code answers} (a list of strings), {@code gold} (a list of {@code doc}, {@code quote} and,
   * optionally, {@code part}) and {@code paraphrase} (absent means false). Other fields are not
   * read.
   *
   * @throws InvalidInputException if there is no such file, it holds no question, a field is absent
   *     or of another kind, an id comes twice, or an answerable question has no answer or no gold
   */
  public static Questions read(Path file) throws IOException {
    List<Question> questions = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    try (TextLines lines = TextLines.open(file)) {
      while (lines.next()) {
        Question question = parse(lines);
        if (!ids.add(question.id())) {
          throw lines.invalid(
              "expected each question id once, found " + question.id() + " again: remove one");
        }
        questions.add(question);
      }
      if (questions.isEmpty()) {
        throw lines.invalidFile("expected questions, found an empty file");
      }
    }
    return new Questions(questions);
  }

  private static Question parse(TextLines lines) {
    JsonLine line = JsonLine.of(lines);
    List<Question.Gold> gold =
        line.objects("gold").stream()
            .map(
                entry ->
                    new Question.Gold(entry.text("doc"), entry.text("quote"), entry.number("part")))
            .toList();
    String id = line.id();
    String text = line.text("text");
    String type = line.text("type");
    List<String> answers = line.texts("answers");
    boolean paraphrase = line.flag("paraphrase");
    try {
      return new Question(id, text, type, answers, gold, paraphrase);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(lines.where() + ": " + e.getMessage(), e);
    }
  }
}
