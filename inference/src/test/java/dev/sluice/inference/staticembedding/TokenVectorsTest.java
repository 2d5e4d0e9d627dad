package dev.sluice.inference.staticembedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.inference.safetensors.DType;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenVectorsTest {
  private static final int TOKENS = 50;
  private static final int WIDTH = 24;

  @TempDir Path folder;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private float[] values() {
    float[] values = new float[TOKENS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(random.nextInt(3)));
    }
    return values;
  }

  @Test
  void roundsEveryNumberToItsRowsNearestStep() {
    float[] values = values();
    TokenVectors vectors = TokenVectors.round(values, WIDTH);
    double lost = 0;
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      double difference = values[i] - vectors.vector(i / WIDTH)[i % WIDTH];
      lost += difference * difference;
      all += values[i] * values[i];
    }
    // Uniform steps of an eighth of the largest of 24 normal numbers lose about 1 %.
    assertTrue(lost < 0.02 * all, "lost " + lost / all + ", seed " + seed);
  }

  @Test
  void numbersThatFitAreKept() {
    float[] values = new float[16];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.25f * (i - 8 == -8 ? 7 : i - 8);
    }
    assertArrayEquals(values, TokenVectors.round(values, 16).vector(0), 1e-6f);
  }

  @Test
  void embedsAsThePlainSumAtUnitLength() {
    TokenVectors vectors = TokenVectors.round(values(), WIDTH);
    int[] ids = random.ints(200, 0, TOKENS).toArray();
    double[] sum = new double[WIDTH];
    for (int id : ids) {
      for (int i = 0; i < WIDTH; i++) {
        sum[i] += vectors.vector(id)[i];
      }
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    float[] expected = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      expected[i] = (float) (sum[i] / Math.sqrt(squares));
    }
    assertArrayEquals(expected, vectors.embed(ids), 1e-5f, "seed " + seed);
  }

  @Test
  void textWithoutTokensHasUnitLengthToo() {
    float[] empty = TokenVectors.round(values(), WIDTH).embed(new int[0]);
    float[] zeros = TokenVectors.round(new float[WIDTH], WIDTH).embed(new int[] {0, 0});
    float[] expected = new float[WIDTH];
    expected[0] = 1;
    assertArrayEquals(expected, empty);
    assertArrayEquals(expected, zeros);
  }

  @Test
  void fileGivesTheSameVectors() {
    TokenVectors vectors = TokenVectors.round(values(), WIDTH);
    Path file = folder.resolve("token-vectors.safetensors");
    vectors.write(file);
    TokenVectors read = TokenVectors.read(file);
    assertEquals(TOKENS, read.tokens());
    assertEquals(WIDTH, read.width());
    for (int token = 0; token < TOKENS; token++) {
      assertArrayEquals(vectors.vector(token), read.vector(token));
    }
  }

  @Test
  void everyFlippedByteIsNoticed() throws IOException {
    Path file = folder.resolve("token-vectors.safetensors");
    TokenVectors.round(values(), WIDTH).write(file);
    byte[] bytes = Files.readAllBytes(file);
    for (int n = 0; n < 200; n++) {
      int place = bytes.length - 1 - random.nextInt(TOKENS * (WIDTH / 2 + Float.BYTES));
      byte[] damaged = bytes.clone();
      damaged[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      DamagedException e = assertThrows(DamagedException.class, () -> TokenVectors.read(file));
      assertTrue(e.getMessage().contains("CRC-32C"), e.getMessage());
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThrows(DamagedException.class, () -> TokenVectors.read(file));
  }

  private String refusal(DType type, List<Long> codes, int bytes, float[] scales) {
    Path file = folder.resolve("token-vectors.safetensors");
    new SafetensorsWriter(file)
        .add("codes", type, codes, MemorySegment.ofArray(new byte[bytes]))
        .add("scales", List.of((long) scales.length), scales)
        .write();
    return assertThrows(DamagedException.class, () -> TokenVectors.read(file)).getMessage();
  }

  @Test
  void tensorsOfAnotherFormAreRefused() {
    assertTrue(refusal(DType.I8, List.of(4L, 8L), 32, new float[4]).contains("type U8"));
    assertTrue(refusal(DType.U8, List.of(32L), 32, new float[32]).contains("[tokens, width / 2]"));
    assertTrue(refusal(DType.U8, List.of(0L, 8L), 0, new float[0]).contains("[tokens, width / 2]"));
    assertTrue(refusal(DType.U8, List.of(4L, 8L), 32, new float[5]).contains("shape [4]"));
    float[] scales = {1, 1, Float.NaN, 1};
    assertTrue(refusal(DType.U8, List.of(4L, 8L), 32, scales).contains("scale of token 2"));
  }

  @Test
  void widthMustBeEvenAndDivideTheValues() {
    assertThrows(IllegalArgumentException.class, () -> TokenVectors.round(new float[9], 3));
    assertThrows(IllegalArgumentException.class, () -> TokenVectors.round(new float[9], 2));
    assertThrows(IllegalArgumentException.class, () -> TokenVectors.round(new float[9], 0));
  }
}
