package dev.sluice.distill.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.distill.data.Group.Passage;
import dev.sluice.distill.data.JsonLines.UnusableLineException;
import dev.sluice.error.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads groups, one after the other, from a file of one JSON object a line, gzip or plain:
 *
 * <pre>
 * {"id", "source", "query", "passages": [{"id", "text", "relevance", "lexical", "similarity"}...]}
 * </pre>
 *
 * with the fields of {@link Group}; {@code text} may be left out. {@link GroupWriter} writes them.
 */
public final class GroupFile implements Closeable {
  private final JsonLines lines;

  private GroupFile(JsonLines lines) {
    this.lines = lines;
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException when there is none, or it is damaged
   */
  public static GroupFile open(Path file) {
    try {
      return new GroupFile(JsonLines.open(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  /** All groups of a file, in memory. */
  public static List<Group> read(Path file) {
    List<Group> groups = new ArrayList<>();
    forEach(file, groups::add);
    return groups;
  }

  /** Calls back with every group of a file. */
  public static void forEach(Path file, Consumer<Group> consumer) {
    try (GroupFile groups = open(file)) {
      for (Optional<Group> next = groups.next(); next.isPresent(); next = groups.next()) {
        consumer.accept(next.get());
      }
    }
  }

  /**
   * The next group; empty at the end of the file.
   *
   * @throws InvalidInputException when the line is no group; names file and line
   */
  public Optional<Group> next() {
    try {
      return lines.next() ? Optional.of(group(lines.object())) : Optional.empty();
    } catch (UnusableLineException e) {
      throw new InvalidInputException(
          lines.where() + ": expected a group: " + e.getMessage() + "; mine the file anew", e);
    } catch (IOException e) {
      throw new UncheckedIOException(lines.where() + ": " + e.getMessage(), e);
    }
  }

  private static Group group(JsonNode line) throws UnusableLineException {
    JsonNode list = line.path("passages");
    if (!list.isArray()) {
      throw new UnusableLineException("expected a list in \"passages\"");
    }
    List<Passage> passages = new ArrayList<>(list.size());
    for (JsonNode passage : list) {
      passages.add(
          new Passage(
              JsonLines.text(passage, "id"),
              JsonLines.textOrEmpty(passage, "text"),
              (int) number(passage, "relevance"),
              number(passage, "lexical"),
              number(passage, "similarity")));
    }
    return new Group(
        JsonLines.text(line, "id"),
        JsonLines.text(line, "source"),
        JsonLines.text(line, "query"),
        passages);
  }

  private static double number(JsonNode object, String field) throws UnusableLineException {
    JsonNode value = object.path(field);
    if (!value.isNumber()) {
      throw new UnusableLineException(
          "expected a number in \""
              + field
              + "\", found "
              + (value.isMissingNode() ? "none" : value));
    }
    return value.doubleValue();
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
