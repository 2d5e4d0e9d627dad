package dev.sluice.inference.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelInputs;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.PairScorer;
import dev.sluice.inference.PairScorers;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelQuantizerTest {
  @TempDir private Path folder;

  private final long seed = System.nanoTime();
  private TinyBert tiny;
  private Path pack;

  @BeforeEach
  void writeSource() throws IOException {
    tiny = TinyBert.write(folder.resolve("source"), seed);
    pack = folder.resolve("pack");
  }

  private static QuantizeOptions options(
      Fp4Format format, Recipe recipe, int threads, Optional<ModelPack.Kind> kind) {
    return new QuantizeOptions(
        format,
        recipe,
        5000,
        32,
        threads,
        false,
        Optional.of("tiny"),
        kind,
        Optional.of(ModelPack.Pooling.MEAN),
        Optional.empty(),
        OptionalInt.of(TinyBert.HEADS),
        "");
  }

  private static QuantizeOptions options() {
    return options(Fp4Format.NVFP4, Recipe.DEFAULT, 2, Optional.empty());
  }

  private QuantizationReport quantize(Path texts, QuantizeOptions options) {
    return ModelQuantizer.quantize(tiny.folder(), texts, pack, options, (task, unit, n, all) -> {});
  }

  @ParameterizedTest
  @EnumSource(Fp4Format.class)
  void anEmbeddersPackOpensAndItsVectorsAreNearThoseOfFp32(Fp4Format format) throws IOException {
    Path texts = tiny.texts(300);
    QuantizationReport report =
        quantize(texts, options(format, Recipe.DEFAULT, 2, Optional.empty()));
    List<String> some = Stream.generate(tiny::text).limit(20).toList();
    try (Embedder embedder = Embedders.open(pack.toString(), 2)) {
      float[][] found = embedder.embedPassages(some);
      List<float[]> exact = fp32(some);
      Fidelity fidelity = Fidelity.of(exact, List.of(found));
      assertTrue(fidelity.meanCosine() > 0.97, fidelity + ", seed " + seed);
      assertEquals(
          report.heldOut().meanCosine(), fidelity.meanCosine(), 0.01, fidelity + ", seed " + seed);
    }
  }

  private List<float[]> fp32(List<String> texts) {
    ModelWeights weights = ModelWeights.open(tiny.folder());
    EncoderShape shape =
        ConfigJson.of(tiny.folder(), weights, OptionalInt.of(TinyBert.HEADS))
            .shape(Fp4Format.NVFP4);
    FloatEncoder encoder = new FloatEncoder(BertLoader.load(shape, weights), false);
    try (Workers workers = new Workers(1);
        ModelInputs inputs = ModelInputs.open(tiny.folder().resolve("tokenizer.json"), 40)) {
      return inputs.ofTexts(texts).stream()
          .map(sequence -> TokenBatch.of(List.of(sequence), 512))
          .map(batch -> mean(encoder.forward(batch, workers, () -> {}).getFirst()))
          .toList();
    }
  }

  private static float[] mean(float[] x) {
    float[] sum = new float[TinyBert.HIDDEN];
    for (int i = 0; i < x.length; i++) {
      sum[i % sum.length] += x[i];
    }
    return sum;
  }

  @Test
  void aCrossEncodersPackOpensAndScores() throws IOException {
    tiny.weights(List.of("classifier"));
    quantize(
        tiny.pairs(100),
        options(Fp4Format.NVFP4, Recipe.DEFAULT, 2, Optional.of(ModelPack.Kind.CROSS_ENCODER)));
    GoldenFile golden = GoldenFile.read(pack, ModelPack.Kind.CROSS_ENCODER).orElseThrow();
    // The scores of random weights lie so near each other that folded weights, with a deviation of
    // up to .05 here, would not pass the check on opening.
    Files.delete(pack.resolve(GoldenFile.NAME));
    try (PairScorer scorer = PairScorers.open(pack.toString(), 2)) {
      for (GoldenFile.Item item : golden.items()) {
        assertEquals(
            item.answer()[0],
            scorer.score(item.texts().get(0), item.texts().subList(1, 2))[0],
            0.15,
            item.texts() + ", seed " + seed);
      }
    }
  }

  @Test
  void doesNotDependOnTheNumberOfThreads() throws IOException {
    Path texts = tiny.texts(60);
    Recipe recipe = new Recipe(Recipe.Method.GPTQ, 0.01, 0.5, true, true, 1, 1);
    quantize(texts, options(Fp4Format.NVFP4, recipe, 1, Optional.empty()));
    Path first = folder.resolve("first");
    Files.move(pack, first);
    quantize(texts, options(Fp4Format.NVFP4, recipe, 3, Optional.empty()));
    try (Stream<Path> files = Files.list(first)) {
      for (Path file : files.toList()) {
        assertArrayEquals(
            Files.readAllBytes(file),
            Files.readAllBytes(pack.resolve(file.getFileName())),
            file + ", seed " + seed);
      }
    }
  }

  @Test
  void gptqIsNearerToFp32ThanPlainRounding() throws IOException {
    Path texts = tiny.texts(400);
    Recipe plain = new Recipe(Recipe.Method.PLAIN, 0.01, 0, false, true, 1, 1);
    QuantizationReport before =
        quantize(texts, options(Fp4Format.NVFP4, plain, 2, Optional.empty()));
    pack = folder.resolve("other");
    QuantizationReport after = quantize(texts, options());
    assertTrue(
        after.heldOut().meanCosine() > before.heldOut().meanCosine(),
        after.heldOut() + " after " + before.heldOut() + ", seed " + seed);
  }

  @Test
  void theChecksumsFindAChangedFile() throws IOException {
    quantize(tiny.texts(60), options());
    assertTrue(Sha256Sums.check(pack).contains("model.safetensors"));
    Files.writeString(pack.resolve("README.md"), "changed");
    DamagedException e = assertThrows(DamagedException.class, () -> Sha256Sums.check(pack));
    assertTrue(e.getMessage().contains("README.md"), e.getMessage());
  }

  @Test
  void aFolderThatIsThereIsReplacedOnlyOnDemand() throws IOException {
    Path texts = tiny.texts(60);
    quantize(texts, options());
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> quantize(texts, options()));
    assertTrue(e.getMessage().contains("--force"), e.getMessage());
  }

  @Test
  void fewTextsAreRefusedAndNothingIsLeftBehind() throws IOException {
    Path texts = tiny.texts(9);
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> quantize(texts, options()));
    assertTrue(e.getMessage().contains("at least 10"), e.getMessage());
    assertFalse(Files.exists(pack));
  }

  @Test
  void aCrossEncoderWithoutItsHeadIsRefused() throws IOException {
    Path pairs = tiny.pairs(20);
    QuantizeOptions options =
        options(Fp4Format.NVFP4, Recipe.DEFAULT, 1, Optional.of(ModelPack.Kind.CROSS_ENCODER));
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> quantize(pairs, options));
    assertTrue(e.getMessage().contains("classifier"), e.getMessage());
  }

  @Test
  void linesThatAreNotJsonAreNamed() throws IOException {
    Path lines = Files.writeString(folder.resolve("bad.jsonl"), "{\"text\":\"wa\"}\nnot json\n");
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> quantize(lines, options()));
    assertTrue(e.getMessage().contains("line 2"), e.getMessage());
  }
}
