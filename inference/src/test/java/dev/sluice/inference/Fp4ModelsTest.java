package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.encoder.TinyEncoder;
import dev.sluice.inference.encoder.TinyEncoder.Heads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with FP4 weights as embedders, cross-encoders and readers. */
class Fp4ModelsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @TempDir private Path folder;

  @BeforeEach
  void keepTheCacheInTheBuildFolder() {
    Models.keepCacheInBuildFolder();
  }

  private String pack(Heads heads, String settings) throws IOException {
    Files.writeString(folder.resolve("sluice-model.json"), settings);
    return TinyEncoder.of(seed).with(heads).write(folder).toString();
  }

  private String words(int count) {
    return random.ints(count, 4, 100).mapToObj(word -> "w" + word).collect(Collectors.joining(" "));
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  @Test
  void embedderGivesEachTextTheVectorThatItHasAlone() throws IOException {
    for (String pooling : List.of("cls", "mean")) {
      String pack = pack(Heads.NONE, "{\"kind\": \"embedder\", \"pooling\": \"" + pooling + "\"}");
      try (Embedder embedder = Embedders.open(pack, 2)) {
        List<String> texts = new ArrayList<>(List.of("", "w4", "unknown words"));
        for (int i = 0; i < 1100; i++) {
          texts.add(words(random.nextInt(12)));
        }
        float[][] vectors = embedder.embedPassages(texts);
        assertEquals(64, embedder.dimensions());
        for (int i = 0; i < texts.size(); i += 1 + random.nextInt(40)) {
          assertEquals(1, length(vectors[i]), 1e-5);
          assertArrayEquals(
              embedder.embedPassages(List.of(texts.get(i)))[0], vectors[i], "seed " + seed);
        }
      }
    }
  }

  @Test
  void instructionIsPutBeforeQueriesOnly() throws IOException {
    try (Embedder embedder =
        Embedders.open(pack(Heads.NONE, "{\"queryInstruction\": \"w5 w6 \"}"), 1)) {
      assertArrayEquals(embedder.embedPassages(List.of("w5 w6 w7"))[0], embedder.embedQuery("w7"));
    }
  }

  @Test
  void whatIsBehindTheLimitDoesNotCount() throws IOException {
    try (Embedder embedder = Embedders.open(pack(Heads.NONE, "{\"maxTokens\": 32}"), 1)) {
      String full = words(30);
      assertArrayEquals(
          embedder.embedPassages(List.of(full))[0],
          embedder.embedPassages(List.of(full + " " + words(50)))[0],
          "seed " + seed);
    }
  }

  @Test
  void pairIsCutAtThePassage() throws IOException {
    try (PairScorer scorer =
        PairScorers.open(pack(Heads.POOLER_AND_CLASSIFIER, "{\"kind\": \"cross-encoder\"}"), 2)) {
      String query = words(9);
      String passage = words(500);
      float[] scores = scorer.score(query, List.of(passage + " " + words(99), passage, words(500)));
      assertEquals(scores[1], scores[0], "seed " + seed);
      assertFalse(scores[1] == scores[2], "seed " + seed);
      String longQuery = words(445);
      String room = words(64);
      assertArrayEquals(
          scorer.score(longQuery, List.of(room)),
          scorer.score(longQuery + " " + words(500), List.of(room + " " + words(100))),
          "seed " + seed);
    }
  }

  @Test
  void twoLogitsAreSubtracted() throws IOException {
    try (PairScorer scorer = PairScorers.open(pack(Heads.TWO_LABELS, "{}"), 1)) {
      float[] scores = scorer.score(words(3), List.of(words(20), words(5)));
      assertTrue(Float.isFinite(scores[0]) && scores[0] != scores[1], "seed " + seed);
    }
  }

  @Test
  void readerSaysWhereTokensOfThePassageAre() throws IOException {
    try (SpanReader reader = SpanReaders.open(pack(Heads.SPANS, "{\"kind\": \"reader\"}"), 2)) {
      List<SpanLogits> results = reader.read("w9 w10", List.of("w4  w55, w6", "", words(600)));
      Tokens tokens = results.get(0).tokens();
      assertArrayEquals(new int[] {4, 55, 1, 6}, tokens.ids());
      assertArrayEquals(new int[] {0, 4, 7, 9}, tokens.starts());
      assertArrayEquals(new int[] {2, 7, 8, 11}, tokens.ends());
      assertEquals(4, results.get(0).starts().length);
      assertTrue(results.get(1).best(10).isEmpty());
      // [CLS], 2 words, [SEP] and [SEP] leave 507.
      assertEquals(507, results.get(2).ends().length);
      assertArrayEquals(
          results.get(0).numbers(),
          reader.read("w9 w10", List.of("w4  w55, w6")).getFirst().numbers());
    }
  }

  @Test
  void modelIsRefusedForAnotherUseThanItsOwn() throws IOException {
    String pack = pack(Heads.SPANS, "{\"kind\": \"reader\"}");
    String message =
        assertThrows(InvalidInputException.class, () -> PairScorers.open(pack)).getMessage();
    assertTrue(message.contains("a reader, not a cross-encoder"), message);
    message = assertThrows(InvalidInputException.class, () -> Embedders.open(pack)).getMessage();
    assertTrue(message.contains("a reader, not an embedder"), message);
    assertThrows(InvalidInputException.class, () -> SpanReaders.open("bge-small"));
  }

  @Test
  void networkInOnnxIsNoReader() throws IOException {
    String pack = TinyModel.embedder(folder, new float[8][2]).toString();
    String message =
        assertThrows(InvalidInputException.class, () -> SpanReaders.open(pack)).getMessage();
    assertTrue(message.contains("cannot be used as a reader"), message);
  }

  @Test
  void safetensorsArePreferredToOnnx() throws IOException {
    TinyModel.embedder(folder, new float[8][2]);
    assertEquals(ModelPack.Format.ONNX, ModelPacks.locate(folder.toString()).format());
    String pack = pack(Heads.NONE, "{}");
    assertEquals(ModelPack.Format.FP4, ModelPacks.locate(pack).format());
    try (Embedder embedder = Embedders.open(pack, 1)) {
      assertEquals(64, embedder.dimensions());
    }
  }

  @Test
  void packWithoutConfigIsRefused() throws IOException {
    String pack = pack(Heads.NONE, "{}");
    Files.delete(folder.resolve("config.json"));
    String message =
        assertThrows(InvalidInputException.class, () -> Embedders.open(pack)).getMessage();
    assertTrue(message.contains("has no config.json"), message);
  }

  @Test
  void limitAboveThePositionsIsRefused() throws IOException {
    String pack = pack(Heads.NONE, "{\"maxTokens\": 513}");
    String message =
        assertThrows(InvalidInputException.class, () -> Embedders.open(pack)).getMessage();
    assertTrue(message.contains("maxTokens must be at most 512"), message);
  }

  @Test
  void modelMustSayWhatItsGoldenFileAsksFor() throws IOException {
    String pack = pack(Heads.NONE, "{}");
    float[][] vectors;
    List<String> texts = List.of(words(3), words(4));
    try (Embedder embedder = Embedders.open(pack, 1)) {
      vectors = embedder.embedPassages(texts);
      assertEquals(List.of(), embedder.selfCheck().orElseThrow().quarantined());
    }
    golden(texts, vectors).write(folder);
    Embedders.open(pack, 1).close();
    vectors[1] = vectors[0];
    golden(texts, vectors).write(folder);
    String message =
        assertThrows(DamagedException.class, () -> Embedders.open(pack, 1)).getMessage();
    assertTrue(message.contains("gives wrong answers"), message);
  }

  private static GoldenFile golden(List<String> texts, float[][] vectors) {
    return new GoldenFile(
        ModelPack.Kind.EMBEDDER,
        List.of(
            new GoldenFile.Item(texts.subList(0, 1), vectors[0]),
            new GoldenFile.Item(texts.subList(1, 2), vectors[1])));
  }

  @Test
  void goldenFilesOfCrossEncodersAndReadersAreCheckedToo() throws IOException {
    String pack = pack(Heads.CLASSIFIER, "{}");
    List<String> pair = List.of("w9 w10", "w11 w12");
    float[] score;
    try (PairScorer scorer = PairScorers.open(pack, 1)) {
      score = scorer.score(pair.get(0), pair.subList(1, 2));
    }
    new GoldenFile(ModelPack.Kind.CROSS_ENCODER, List.of(new GoldenFile.Item(pair, score)))
        .write(folder);
    PairScorers.open(pack, 1).close();
    score[0] += 0.1f;
    new GoldenFile(ModelPack.Kind.CROSS_ENCODER, List.of(new GoldenFile.Item(pair, score)))
        .write(folder);
    assertThrows(DamagedException.class, () -> PairScorers.open(pack, 1));

    String reader = pack(Heads.SPANS, "{}");
    new GoldenFile(
            ModelPack.Kind.READER, List.of(new GoldenFile.Item(pair, new float[] {1, 2, 3, 4, 5})))
        .write(folder);
    assertThrows(DamagedException.class, () -> SpanReaders.open(reader, 1));
  }
}
