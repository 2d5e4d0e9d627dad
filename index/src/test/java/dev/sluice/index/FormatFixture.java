package dev.sluice.index;

import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes a fixture of the present format: small indexes with and without vectors in a zip file, and
 * what they answer in a text file beside it. A change of the format makes a new pair and keeps the
 * old ones, so that old indexes go on opening:
 *
 * <pre>java -cp ... dev.sluice.index.FormatFixture index/src/test/resources/format/NAME</pre>
 */
public final class FormatFixture {
  static final String WITH_VECTORS = "vectors";
  static final String WITHOUT_VECTORS = "lexical";

  private FormatFixture() {}

  /**
   * @param arguments the files' name, without .zip and .txt
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("format-fixture");
    build(folder.resolve(WITH_VECTORS), WordEmbedder.NAME);
    build(folder.resolve(WITHOUT_VECTORS), IndexSettings.NO_EMBEDDER);
    zip(folder, Path.of(arguments[0] + ".zip"));
    List<String> answers = new ArrayList<>(answers(folder.resolve(WITH_VECTORS)));
    answers.addAll(answers(folder.resolve(WITHOUT_VECTORS)));
    Files.write(Path.of(arguments[0] + ".txt"), answers);
  }

  static List<Document> documents() {
    return List.of(
        new Document(
            "bees",
            "Bees",
            "Bees live in hives. A hive has one queen. Workers fly out for nectar.",
            Map.of("kind", "insect"),
            "file:bees",
            List.of(new Document.Heading(1, 0, 4))),
        Document.of("ants", "Ants", "Ants live in the ground. Some keep greenflies for honeydew."),
        Document.of("owls", "Owls", "Owls hunt by night.\n\nThey hear a mouse under the snow."),
        Document.of("empty", "A document without a text", ""));
  }

  private static void build(Path index, String embedder) throws InterruptedException {
    build(index, embedder, documents());
    List<Document> changed = new ArrayList<>(documents());
    changed.set(1, Document.of("ants", "Ants", "Ants build hills. A hill has many queens."));
    changed.add(Document.of("bats", "Bats", "Bats hunt by night, too, but by echo. Grüße."));
    build(index, embedder, changed);
  }

  static void build(Path index, String embedder, List<Document> documents)
      throws InterruptedException {
    BuildOptions options =
        BuildOptions.defaults().withEmbedder(embedder).withPassages("sentence:8:0");
    try (IndexBuilder builder = IndexBuilder.open(index, options, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
  }

  private static void zip(Path folder, Path target) throws IOException {
    try (OutputStream out = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  private static List<ScoredPassage> sorted(List<ScoredPassage> hits) {
    return hits.stream()
        .sorted(
            Comparator.comparingDouble((ScoredPassage hit) -> -hit.score())
                .thenComparing(ScoredPassage::passage))
        .toList();
  }

  /** What an index says of everything in it, a line each. */
  static List<String> answers(Path path) {
    List<String> answers = new ArrayList<>();
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      IndexStatistics statistics = snapshot.statistics();
      answers.add(
          "commit %d: %d documents, %d passages, %d tokens, %s"
              .formatted(
                  statistics.generation(),
                  statistics.documents(),
                  statistics.passages(),
                  statistics.tokens(),
                  settings(statistics.settings())));
      for (String query : List.of("hive", "queens", "hunting at night", "documents", "ground")) {
        // Passages of equal scores have no order that versions must keep.
        for (ScoredPassage hit : sorted(snapshot.lexical().search(query, 5))) {
          answers.add("%s: passage %d, %.4f".formatted(query, hit.passage(), hit.score()));
        }
        if (snapshot.hasVectors()) {
          float[] vector = new WordEmbedder().embedQuery(query);
          for (ScoredPassage hit : snapshot.nearest(vector, 3, 10)) {
            answers.add("near %s: passage %d, %.4f".formatted(query, hit.passage(), hit.score()));
          }
        }
      }
      for (String id : List.of("ants", "bats", "bees", "empty", "owls")) {
        answers.add(id + ": " + snapshot.text(id).orElseThrow().replace("\n", "\\n"));
        for (int number : snapshot.passages(id)) {
          Passage passage = snapshot.passage(number);
          answers.add(
              "  passage %d of %s: %s, %s, bytes %d to %d, %d tokens: %s"
                  .formatted(
                      number,
                      passage.document(),
                      passage.title(),
                      passage.uri(),
                      passage.span().from(),
                      passage.span().to(),
                      passage.tokens(),
                      passage.text().replace("\n", "\\n")));
        }
      }
    }
    return answers;
  }

  /** In the form in which the first fixture has them. */
  private static String settings(IndexSettings settings) {
    return "IndexSettings[passages=%s, analyzer=%s, embedder=%s, dimensions=%d]"
        .formatted(
            settings.passages(), settings.analyzer(), settings.embedder(), settings.dimensions());
  }
}
