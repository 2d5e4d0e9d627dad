package dev.sluice.distill.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Passage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.passage.Sentences;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * Training files out of an index: queries that its documents suggest, each with the passage that it
 * came from. Three kinds:
 *
 * <ul>
 *   <li>{@code title}: the title of a document, for its first passage without the title
 *   <li>{@code heading}: the headings above a passage, for the passage without them
 *   <li>{@code sentence}: a sentence, for its passage without the sentence (the inverse cloze task,
 *       Lee et al., 2019)
 * </ul>
 */
public final class IndexQueries {
  private static final int FEWEST_WORDS = 2;
  private static final int SHORTEST_SENTENCE = 40;
  private static final int LONGEST_SENTENCE = 240;
  private static final int FEWEST_SENTENCES = 3;

  private IndexQueries() {}

  /**
   * Writes queries of documents that are drawn at random, in the form of pairs that {@link
   * TrainingFiles} reads.
   *
   * @param documents ids of the documents to draw from
   * @param most how many queries to write at most
   * @return how many of each kind were written
   * @throws InvalidInputException if the documents suggest none
   */
  public static Map<String, Long> write(
      Snapshot snapshot, List<String> documents, int most, long seed, Path file)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> order = new ArrayList<>(documents);
    java.util.Collections.shuffle(order, new java.util.Random(seed));
    Map<String, Long> counts = new TreeMap<>();
    int written = 0;
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (String document : order) {
        if (written >= most) {
          break;
        }
        for (Pair pair : pairs(snapshot, document, random)) {
          pair.write(document + "#" + written, document, out);
          counts.merge(pair.kind(), 1L, Long::sum);
          written++;
        }
      }
    }
    if (written == 0) {
      throw new InvalidInputException(
          "expected documents with titles, headings or passages of three sentences, which suggest"
              + " queries; found none among "
              + documents.size());
    }
    return counts;
  }

  /** A query with its passage. */
  private record Pair(String kind, String query, String title, String passage) {
    private static final JsonFactory JSON = new JsonFactory();

    void write(String id, String document, OutputStream out) throws IOException {
      try (JsonGenerator json = JSON.createGenerator(out)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("query", query);
        json.writeStringField("passage", passage);
        json.writeStringField("title", title);
        json.writeStringField("doc", document);
        json.writeStringField("kind", kind);
        json.writeEndObject();
      }
      out.write('\n');
    }
  }

  /** A title, and of one passage drawn at random a heading and a sentence, as far as there are. */
  private static List<Pair> pairs(Snapshot snapshot, String document, SplittableRandom random) {
    List<Integer> numbers = snapshot.passages(document);
    List<Pair> pairs = new ArrayList<>();
    if (numbers.isEmpty()) {
      return pairs;
    }
    Passage first = snapshot.passage(numbers.getFirst());
    if (says(first.title())) {
      pairs.add(new Pair("title", first.title(), "", first.text()));
    }
    Passage drawn = snapshot.passage(numbers.get(random.nextInt(numbers.size())));
    if (!drawn.headings().isEmpty() && says(drawn.headings().getLast())) {
      pairs.add(
          new Pair(
              "heading",
              drawn.title().isBlank()
                  ? String.join(" ", drawn.headings())
                  : drawn.title() + " " + drawn.headings().getLast(),
              "",
              drawn.text()));
    }
    Sentences sentences = Sentences.of(drawn.text());
    if (sentences.size() >= FEWEST_SENTENCES) {
      Sentences.Range sentence = sentences.get(random.nextInt(sentences.size()));
      String query = sentence.in(drawn.text()).strip();
      if (query.length() >= SHORTEST_SENTENCE && query.length() <= LONGEST_SENTENCE) {
        String rest =
            drawn.text().substring(0, sentence.from()) + drawn.text().substring(sentence.to());
        pairs.add(new Pair("sentence", query, drawn.title(), rest.strip()));
      }
    }
    return pairs;
  }

  /** Whether a title or heading could be asked for: "Notes" or "3.2" say too little. */
  private static boolean says(String title) {
    return Words.of(title).stream().filter(word -> word.length() > 2).count() >= FEWEST_WORDS;
  }
}
