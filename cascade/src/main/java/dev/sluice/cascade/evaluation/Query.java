package dev.sluice.cascade.evaluation;

import java.util.Objects;

/**
 * A query of a test collection.
 *
 * @param id what judgments and runs name it by
 * @param text what is searched for
 */
public record Query(String id, String text) {

  public Query {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(text, "text");
  }
}
