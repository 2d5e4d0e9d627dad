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
import dev.sluice.inference.quantize.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs of models that read pairs as two segments, and packs with a base. */
class SegmentPacksTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @TempDir private Path parent;
  private Path folder;
  private Path base;

  @BeforeEach
  void makeFolders() throws IOException {
    Models.keepCacheInBuildFolder();
    folder = Files.createDirectory(parent.resolve("pack"));
    base = Files.createDirectory(parent.resolve("base"));
  }

  private TinyEncoder tiny(Heads heads) {
    return TinyEncoder.of(seed).with(heads).withSegments(1);
  }

  private String whole(Heads heads, String settings) throws IOException {
    Files.writeString(folder.resolve("sluice-model.json"), settings);
    return tiny(heads).write(folder).toString();
  }

  /** A pack whose embeddings, first layer and tokenizer are those of the base. */
  private String withBase(Heads heads, String sha256) throws IOException {
    Files.writeString(
        folder.resolve("sluice-model.json"),
        "{\"base\": \"base\", \"baseSha256\": \"" + sha256 + "\"}");
    tiny(heads)
        .without(name -> name.startsWith("embeddings.") || name.startsWith("encoder.layer.0."))
        .write(folder);
    Files.delete(folder.resolve("tokenizer.json"));
    return folder.toString();
  }

  private String writeBase(long seedOfBase) throws IOException {
    TinyEncoder.of(seedOfBase).write(base);
    return Sha256Sums.of(base.resolve("model.safetensors"));
  }

  private String words(int count) {
    return random.ints(count, 4, 100).mapToObj(word -> "w" + word).collect(Collectors.joining(" "));
  }

  @Test
  void passageIsCutToTheLimitAndTheQueryToHalfOfIt() throws IOException {
    try (PairScorer scorer = PairScorers.open(whole(Heads.RELEVANCE, "{\"maxTokens\": 200}"), 2)) {
      String query = words(9);
      // Two times [CLS] and [SEP], and 9 words, leave 187.
      String passage = words(187);
      float[] scores = scorer.score(query, List.of(passage + " w7", passage, passage.substring(4)));
      assertEquals(scores[1], scores[0], "seed " + seed);
      assertFalse(scores[1] == scores[2], "seed " + seed);
      // Half of the input is 100, less [CLS] and [SEP].
      String longest = words(98);
      float[] read = scorer.score(longest, List.of(passage));
      assertArrayEquals(
          read, scorer.score(longest + " " + words(5), List.of(passage)), "seed " + seed);
      String shorter = longest.substring(0, longest.lastIndexOf(' '));
      assertFalse(read[0] == scorer.score(shorter, List.of(passage))[0], "seed " + seed);
    }
  }

  @Test
  void emptyTextsHaveScores() throws IOException {
    try (PairScorer scorer = PairScorers.open(whole(Heads.RELEVANCE, "{\"maxTokens\": 8}"), 1)) {
      float[] scores = scorer.score("", List.of("", words(30)));
      assertTrue(Float.isFinite(scores[0]) && Float.isFinite(scores[1]), "seed " + seed);
      assertTrue(Float.isFinite(scorer.score(words(30), List.of(words(30)))[0]), "seed " + seed);
    }
  }

  @Test
  void calibrationOfThePackMakesProbabilities() throws IOException {
    String pack = whole(Heads.RELEVANCE, "{\"calibration\": {\"scale\": 0.5, \"shift\": -1}}");
    try (PairScorer scorer = PairScorers.open(pack, 1)) {
      ScoreCalibration calibration = scorer.calibration().orElseThrow();
      assertEquals(0.5, calibration.probability(2), 1e-12);
      assertEquals(1 / (1 + Math.exp(-1)), calibration.probability(4), 1e-12);
    }
    try (PairScorer scorer = PairScorers.open(whole(Heads.RELEVANCE, "{}"), 1)) {
      assertEquals(Optional.empty(), scorer.calibration());
    }
  }

  @Test
  void readerSaysWhereTokensOfThePassageAre() throws IOException {
    try (SpanReader reader = SpanReaders.open(whole(Heads.SPANS, "{\"maxTokens\": 64}"), 1)) {
      List<SpanLogits> results =
          reader.read("w9 w10", List.of("w4  w55, w6", "w4  w55, w7", "", words(600)));
      assertArrayEquals(new int[] {4, 55, 1, 6}, results.get(0).tokens().ids());
      assertEquals(4, results.get(0).starts().length);
      assertTrue(results.get(2).best(10).isEmpty());
      // 2 words and two times [CLS] and [SEP] leave 58.
      assertEquals(58, results.get(3).ends().length);
    }
  }

  @Test
  void packHasWhatItLacksFromItsBase() throws IOException {
    for (Heads heads : List.of(Heads.RELEVANCE, Heads.SPANS)) {
      List<String> passages = List.of(words(20), words(3));
      String query = words(5);
      float[] expected = answers(whole(heads, "{}"), heads, query, passages);
      float[] found = answers(withBase(heads, writeBase(seed)), heads, query, passages);
      assertArrayEquals(expected, found, heads + ", seed " + seed);
    }
    ModelPack pack = ModelPacks.locate(folder.toString());
    assertEquals(base, pack.base().orElseThrow().folder());
    assertEquals(base.resolve("tokenizer.json"), pack.tokenizer());
  }

  private static float[] answers(String pack, Heads heads, String query, List<String> passages) {
    if (heads == Heads.RELEVANCE) {
      try (PairScorer scorer = PairScorers.open(pack, 1)) {
        return scorer.score(query, passages);
      }
    }
    try (SpanReader reader = SpanReaders.open(pack, 1)) {
      return reader.read(query, passages).getFirst().numbers();
    }
  }

  @Test
  void goldenFileIsCheckedThroughTheBase() throws IOException {
    String pack = withBase(Heads.RELEVANCE, writeBase(seed));
    List<String> pair = List.of("w9 w10", "w11 w12");
    float[] score;
    try (PairScorer scorer = PairScorers.open(pack, 1)) {
      score = scorer.score(pair.get(0), pair.subList(1, 2));
    }
    golden(pair, score);
    PairScorers.open(pack, 1).close();
    score[0] += 0.2f;
    golden(pair, score);
    assertThrows(DamagedException.class, () -> PairScorers.open(pack, 1));
  }

  private void golden(List<String> pair, float[] score) {
    new GoldenFile(ModelPack.Kind.CROSS_ENCODER, List.of(new GoldenFile.Item(pair, score)))
        .write(folder);
  }

  @Test
  void missingBaseIsNamedWithThePlaceWhereItBelongs() throws IOException {
    String pack = withBase(Heads.RELEVANCE, "0".repeat(64));
    refused(InvalidInputException.class, pack, "needs its base \"base\"", base.toString());
  }

  @Test
  void anotherBaseThanThePackWasMadeWithIsRefused() throws IOException {
    String sha256 = writeBase(seed);
    String pack = withBase(Heads.RELEVANCE, sha256);
    PairScorers.open(pack, 1).close();
    String other = writeBase(seed + 1);
    refused(DamagedException.class, pack, sha256, other, base.toString());
  }

  @Test
  void tensorThatNeitherHasIsNamed() throws IOException {
    TinyEncoder.of(seed).without("encoder.layer.0.output.dense.bias"::equals).write(base);
    String pack = withBase(Heads.RELEVANCE, Sha256Sums.of(base.resolve("model.safetensors")));
    refused(DamagedException.class, pack, "encoder.layer.0.output.dense.bias", "Neither ");
  }

  private static void refused(
      Class<? extends RuntimeException> kind, String pack, String... parts) {
    RuntimeException e = assertThrows(kind, () -> PairScorers.open(pack, 1));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void settingsAreReadAsTheyWereWritten() throws IOException {
    ModelPack pack = ModelPackFile.read(Path.of(withBase(Heads.RELEVANCE, writeBase(seed))));
    ModelPack calibrated =
        new ModelPack(
            "n",
            folder,
            ModelPack.Format.FP4,
            Optional.of(ModelPack.Kind.CROSS_ENCODER),
            ModelPack.Pooling.CLS,
            "",
            256,
            Optional.of(new ScoreCalibration(0.25, -1.5)),
            pack.base());
    ModelPackFile.write(calibrated, folder);
    assertEquals(calibrated, ModelPackFile.read(folder));
  }

  @Test
  void settingsThatAreNotUnderstoodAreRefused() throws IOException {
    whole(Heads.RELEVANCE, "{}");
    for (String wrong :
        List.of(
            "{\"calibration\": 1}",
            "{\"calibration\": {\"scale\": 0, \"shift\": 1}}",
            "{\"calibration\": {\"scale\": 1}}",
            "{\"base\": \"base\"}",
            "{\"baseSha256\": \"00\"}",
            "{\"base\": \"../base\", \"baseSha256\": \"" + "0".repeat(64) + "\"}")) {
      Files.writeString(folder.resolve("sluice-model.json"), wrong);
      String message =
          assertThrows(InvalidInputException.class, () -> ModelPacks.locate(folder.toString()))
              .getMessage();
      assertTrue(message.contains("sluice-model.json"), message);
    }
  }
}
