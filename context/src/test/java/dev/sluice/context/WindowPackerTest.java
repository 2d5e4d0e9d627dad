package dev.sluice.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cascade.Hit;
import dev.sluice.index.BuildOptions;
import dev.sluice.index.Document;
import dev.sluice.index.Index;
import dev.sluice.index.IndexBuilder;
import dev.sluice.index.IndexSettings;
import dev.sluice.index.Snapshot;
import dev.sluice.index.Span;
import dev.sluice.index.reader.GivenDocuments;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowPackerTest {
  private static final String FIRST = "One two three four five six seven eight nine ten. ";
  private static final String SECOND = "Red green blue black white brown pink gold grey silver. ";
  private static final String THIRD = "Day night week month year hour minute second time clock. ";
  private static final String OTHER = "Oak ash elm tree leaf root branch wood park road.";

  @TempDir Path temp;
  private Index index;
  private Snapshot snapshot;

  @BeforeEach
  void build() throws Exception {
    System.setProperty("sluice.cache", temp.resolve("cache").toString());
    BuildOptions options =
        BuildOptions.defaults()
            .withEmbedder(IndexSettings.NO_EMBEDDER)
            .withPassages("sentence:16:0");
    List<Document> documents =
        List.of(
            Document.of("abc", "", FIRST + SECOND + THIRD),
            Document.of("copy", "", FIRST),
            Document.of("other", "", OTHER));
    try (IndexBuilder builder = IndexBuilder.open(temp.resolve("index"), options)) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
    index = Index.open(temp.resolve("index"));
    snapshot = index.snapshot();
    assertEquals(5, snapshot.statistics().passages(), "each sentence is a passage");
  }

  @AfterEach
  void close() {
    snapshot.close();
    index.close();
  }

  /** Passages 0 to 2 are of "abc", 3 is the copy of the first, 4 the other document. */
  private List<Hit> hits(int... passages) {
    List<Hit> hits = new ArrayList<>();
    for (int passage : passages) {
      hits.add(
          new Hit(
              hits.size() + 1,
              1.0 / (hits.size() + 1),
              OptionalDouble.empty(),
              snapshot.passage(passage)));
    }
    return hits;
  }

  private WindowPacker packer(int budget) {
    return new WindowPacker(snapshot, budget, Optional.empty());
  }

  private static List<String> texts(Window window) {
    return window.spans().stream().map(span -> span.text().strip()).toList();
  }

  @Test
  void neighboursBecomeOneSpanInTheOrderOfTheText() {
    Window window = packer(1000).pack(hits(1, 0));

    assertEquals(List.of((FIRST + SECOND).strip()), texts(window));
    assertEquals(1, window.spans().getFirst().rank());
  }

  @Test
  void aPassageBetweenTwoClosesTheGap() {
    Window window = packer(1000).pack(hits(2, 0, 1));

    assertEquals(List.of((FIRST + SECOND + THIRD).strip()), texts(window));
  }

  @Test
  void passagesThatAreNotNeighboursStayApartInTheOrderOfTheText() {
    Window window = packer(1000).pack(hits(2, 0));

    assertEquals(List.of(FIRST.strip(), THIRD.strip()), texts(window));
  }

  @Test
  void theDocumentOfTheBestHitComesFirst() {
    Window window = packer(1000).pack(hits(4, 0, 2));

    assertEquals(List.of(OTHER, FIRST.strip(), THIRD.strip()), texts(window));
  }

  @Test
  void aDuplicateIsDropped() {
    WindowPacker packer = packer(1000);
    Window window = packer.pack(hits(3, 0, 4));

    assertEquals(List.of(FIRST.strip(), OTHER), texts(window));
    assertEquals(1, packer.duplicates());
  }

  @Test
  void whatDoesNotFitIsLeftOutAndCounted() {
    int budget = snapshot.passage(0).tokens() + snapshot.passage(4).tokens();
    WindowPacker packer = packer(budget);
    Window window = packer.pack(hits(0, 1, 4));

    assertTrue(window.tokens() <= budget);
    assertEquals(1, packer.overBudget());
  }

  @Test
  void spansAreTheBytesOfTheirDocuments() {
    Window window = packer(1000).pack(hits(1, 2));
    Window.WindowSpan span = window.spans().getFirst();
    byte[] bytes = (FIRST + SECOND + THIRD).getBytes(StandardCharsets.UTF_8);
    Span range = span.span();

    assertEquals(
        new String(bytes, range.from(), range.length(), StandardCharsets.UTF_8), span.text());
  }

  @Test
  void noHitsMakeAnEmptyWindow() {
    Window window = packer(1000).pack(List.of());

    assertEquals(0, window.tokens());
    assertEquals(List.of(), window.spans());
  }

  private static double trees(String sentence) {
    return sentence.startsWith("Oak") || sentence.startsWith("Red") ? 1 : 0;
  }

  private WindowPacker comparing(int budget) {
    return new WindowPacker(
        snapshot,
        budget,
        Optional.of(
            sentences -> sentences.stream().mapToDouble(WindowPackerTest::trees).toArray()));
  }

  @Test
  void aLikeSentenceComesBeforeAHigherHit() {
    int budget = snapshot.passage(4).tokens();
    Window window = comparing(budget).pack(hits(0, 4));

    assertEquals(List.of(OTHER), texts(window));
    assertEquals(2, window.spans().getFirst().rank());
  }

  @Test
  void aLikePassageBesideAHitComesAlong() {
    int budget = snapshot.passage(0).tokens() + snapshot.passage(1).tokens();
    WindowPacker packer = comparing(budget);
    Window window = packer.pack(hits(0));

    assertEquals(List.of((FIRST + SECOND).strip()), texts(window));
    assertEquals(1, window.spans().getFirst().rank());
    assertEquals(0, packer.overBudget());
  }

  @Test
  void onlyTheLikeSentenceOfALongPassageIsCut() throws Exception {
    String text = FIRST + THIRD + "Oak ash elm and more, naïve. " + FIRST.toUpperCase(Locale.ROOT);
    Path path = temp.resolve("long");
    BuildOptions options = BuildOptions.defaults().withEmbedder(IndexSettings.NO_EMBEDDER);
    try (IndexBuilder builder = IndexBuilder.open(path, options)) {
      builder.index(List.of(new GivenDocuments(List.of(Document.of("long", "", text)))));
    }
    try (Index one = Index.open(path);
        Snapshot snapshotOfOne = one.snapshot()) {
      Hit hit = new Hit(1, 1, OptionalDouble.of(0.5), snapshotOfOne.passage(0));
      Window window =
          new WindowPacker(
                  snapshotOfOne,
                  10,
                  Optional.of(all -> all.stream().mapToDouble(WindowPackerTest::trees).toArray()))
              .pack(List.of(hit));
      Window.WindowSpan span = window.spans().getFirst();

      assertEquals("Oak ash elm and more, naïve.", span.text().strip());
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertEquals(
          span.text(),
          new String(bytes, span.span().from(), span.span().length(), StandardCharsets.UTF_8));
      assertEquals(
          List.of(new Window.WindowPassage(snapshotOfOne.passage(0), 1, OptionalDouble.of(0.5))),
          window.passages());
      assertTrue(window.tokens() <= 10, window.toString());
    }
  }

  @Test
  void whatIsBesideAHitIsNoDuplicateOfWhatIsThere() {
    Window window = comparing(1000).pack(hits(3, 1));

    assertEquals(List.of(FIRST.strip(), (SECOND + THIRD).strip()), texts(window));
  }
}
