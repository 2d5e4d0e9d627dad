package dev.sluice.distill.data;

import java.util.List;
import java.util.Objects;

/**
 * A query as a training file has it.
 *
 * @param id unique within its source
 * @param source the data set and kind, such as {@code qa-nq-dev} or {@code pairs-gov/heading}
 * @param text the question, claim or title
 * @param positives ids of the passages that answer it, at least one
 * @param negatives ids of passages that the file says do not; often none
 */
public record SourceQuery(
    String id, String source, String text, List<String> positives, List<String> negatives) {

  public SourceQuery {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(text, "text");
    positives = List.copyOf(positives);
    negatives = List.copyOf(negatives);
  }
}
