package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.device.DeviceProfile;
import dev.sluice.inference.device.DeviceProfiles;
import dev.sluice.inference.device.Profile;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import dev.sluice.inference.staticembedding.TokenVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticEmbedderTest {
  private static final int WIDTH = 16;

  @TempDir Path folder;

  private Path pack(int tokens) throws IOException {
    Files.copy(Models.bgeSmall().tokenizer(), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("sluice-model.json"),
        "{\"name\": \"tiny-static\", \"kind\": \"embedder\", \"maxTokens\": 8}");
    float[] values = new float[tokens * WIDTH];
    Random random = new Random(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    TokenVectors.round(values, WIDTH).write(folder.resolve("token-vectors.safetensors"));
    return folder;
  }

  @Test
  void sumsTheVectorsOfTheFirstTokens() throws IOException {
    Path pack = pack(30_522);
    TokenVectors vectors = TokenVectors.read(pack.resolve("token-vectors.safetensors"));
    String text = "one two three four five six seven eight nine ten";
    try (Embedder embedder = Embedders.open(pack.toString())) {
      int[] first = embedder.tokenizer().encode("one two three four five six seven eight").ids();
      assertEquals(8, first.length);
      assertArrayEquals(vectors.embed(first), embedder.embedPassages(List.of(text))[0]);
      assertArrayEquals(vectors.embed(first), embedder.embedQuery(text));
      assertEquals("tiny-static", embedder.name());
      assertEquals(WIDTH, embedder.dimensions());
      assertEquals(8, embedder.maxTokens());
    }
  }

  @Test
  void runsAsANetworkOnItsOwnProfile() throws IOException {
    ModelPack pack = ModelPacks.locate(pack(30_522).toString());
    TokenVectors vectors = TokenVectors.read(pack.model());
    DeviceProfile profile = DeviceProfiles.choose(pack, 2).used();
    assertEquals(Profile.CPU_SUM, profile.profile());
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sequences.add(new Sequence(new int[] {1000 + i, 2000, 3000}, 3, 0));
    }
    try (Network network = DeviceProfiles.open(pack, Output.MEAN_VECTOR, profile)) {
      assertEquals(WIDTH, network.width().orElseThrow());
      float[][] found = network.run(sequences);
      for (int i = 0; i < found.length; i++) {
        assertArrayEquals(vectors.embed(sequences.get(i).ids()), found[i]);
      }
      assertEquals(30_522 * (WIDTH + 4), network.memoryBytes().orElseThrow());
    }
  }

  @Test
  void threadsChangeNothing() throws IOException {
    String pack = pack(30_522).toString();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 333; i++) {
      texts.add("passage number " + i + " of many");
    }
    try (Embedder one = Embedders.open(pack, 1);
        Embedder three = Embedders.open(pack, 3)) {
      float[][] found = three.embedPassages(texts);
      float[][] expected = one.embedPassages(texts);
      assertEquals(333, found.length);
      for (int i = 0; i < found.length; i++) {
        assertArrayEquals(expected[i], found[i]);
        assertArrayEquals(expected[i], one.embedQuery(texts.get(i)));
      }
      assertEquals(0, three.embedPassages(List.of()).length);
    }
  }

  @Test
  void tableThatIsTooShortForTheTokenizerIsNamed() throws IOException {
    try (Embedder embedder = Embedders.open(pack(2000).toString())) {
      DamagedException e = assertThrows(DamagedException.class, () -> embedder.embedQuery("zebra"));
      assertTrue(e.getMessage().contains("token-vectors.safetensors"), e.getMessage());
      assertTrue(e.getMessage().contains("2000"), e.getMessage());
    }
  }

  @Test
  void isNothingElseThanAnEmbedder() throws IOException {
    String pack = pack(30_522).toString();
    String message =
        assertThrows(InvalidInputException.class, () -> PairScorers.open(pack)).getMessage();
    assertTrue(message.contains("is an embedder, not a cross-encoder"), message);
    Files.delete(folder.resolve("sluice-model.json"));
    message = assertThrows(InvalidInputException.class, () -> SpanReaders.open(pack)).getMessage();
    assertTrue(message.contains("no network"), message);
  }

  @Test
  void folderWithoutTokenizerIsRefused() throws IOException {
    String pack = pack(30_522).toString();
    Files.delete(folder.resolve("tokenizer.json"));
    assertTrue(
        assertThrows(InvalidInputException.class, () -> Embedders.open(pack))
            .getMessage()
            .contains("has no tokenizer.json"));
  }
}
