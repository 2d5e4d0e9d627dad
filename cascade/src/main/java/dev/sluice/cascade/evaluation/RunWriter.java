package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a TREC run query by query: a line {@code query Q0 document rank score tag} for each
 * document, in {@link ScoredDocument#ORDER} with ranks from 1, so that ranks and scores agree and
 * trec_eval of every version sees the same order.
 *
 * <p>The format parts columns by white space and cannot hold an id with any. Such an id is written
 * with each white space character as percent and two hexadecimal digits (a space becomes {@code
 * %20}); so is a {@code #} at the start of a query id, which would mark a comment. Everything else,
 * a percent sign among it, stays as it is, so that web addresses match the judgments; {@link
 * Run#read} does not turn it back. Not safe for use by several threads at once.
 */
public final class RunWriter implements Closeable {
  private final BufferedWriter out;
  private final String tag;

  private RunWriter(BufferedWriter out, String tag) {
    this.out = out;
    this.tag = tag;
  }

  /**
   * Starts a run, in place of any file of that name.
   *
   * @param file compressed if its name ends in {@code .gz}
   * @param tag names the system, in the last column: one word
   * @throws InvalidInputException if the tag is not one word or the folder does not exist
   */
  public static RunWriter create(Path file, String tag) throws IOException {
    if (Columns.split(tag).size() != 1 || !Columns.split(tag).getFirst().equals(tag)) {
      throw new InvalidInputException(
          "tag of a run: expected one word without spaces, found \"" + tag + "\"");
    }
    OutputStream raw;
    try {
      raw = Files.newOutputStream(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          file + ": expected a folder to write the run into, found none: create it first", e);
    }
    boolean gzip = file.getFileName().toString().endsWith(".gz");
    OutputStream bytes = gzip ? new GZIPOutputStream(raw, 1 << 16) : raw;
    return new RunWriter(
        new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), 1 << 16), tag);
  }

  /**
   * Adds a query. The documents may be in any order; none means no line.
   *
   * @throws InvalidInputException if an id is empty, a document comes twice or a score is infinite
   */
  public void write(String query, List<ScoredDocument> documents) throws IOException {
    String queryColumn = column(query);
    if (queryColumn.startsWith("#")) {
      queryColumn = "%23" + queryColumn.substring(1);
    }
    int rank = 0;
    for (ScoredDocument document : Run.sorted(query, documents)) {
      if (Float.isInfinite(document.score())) {
        throw new InvalidInputException(
            "score of document %s for query %s: expected a finite number, found %s"
                .formatted(document.document(), query, document.score()));
      }
      rank++;
      out.write(queryColumn + " Q0 " + column(document.document()) + " " + rank);
      out.write(" " + document.score() + " " + tag + "\n");
    }
  }

  private static String column(String id) {
    if (id.isEmpty()) {
      throw new InvalidInputException(
          "id of a query or document in a run: expected text, found none");
    }
    if (id.chars().noneMatch(c -> Columns.isSpace((char) c))) {
      return id;
    }
    StringBuilder encoded = new StringBuilder();
    for (char c : id.toCharArray()) {
      encoded.append(Columns.isSpace(c) ? "%%%02X".formatted((int) c) : String.valueOf(c));
    }
    return encoded.toString();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
