package dev.sluice.index.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.error.InvalidInputException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DotProductTest {
  private static final DotProduct SCALAR = new ScalarDotProduct();
  private static final DotProduct SIMD = new SimdDotProduct();

  /** Odd, so that loads from the segment are not aligned. */
  private static final int OFFSET = 3;

  static IntStream dimensions() {
    return IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(384, 385, 1024, 65_536));
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void simdAndPlainJavaAgreeOnRandomCodes(int dimensions) {
    Random random = new Random(dimensions);
    assertAgree(randomCodes(random, dimensions), randomCodes(random, dimensions));
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void extremeCodesDoNotOverflow(int dimensions) {
    byte[] most = new byte[dimensions];
    byte[] least = new byte[dimensions];
    Arrays.fill(most, (byte) 127);
    Arrays.fill(least, (byte) -127);
    for (byte[] a : List.of(most, least)) {
      for (byte[] b : List.of(most, least)) {
        int expected = (a == b ? 1 : -1) * 127 * 127 * dimensions;
        assertEquals(expected, SCALAR.dot(a, b));
        assertEquals(expected, SIMD.dot(a, b));
        assertAgree(a, b);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void extremeNibblesDoNotOverflow(int dimensions) {
    byte[] query = new byte[dimensions];
    Arrays.fill(query, (byte) -127);
    for (int code : new int[] {-7, 7}) {
      byte[] codes = new byte[dimensions];
      Arrays.fill(codes, (byte) code);
      assertAgree(query, codes, CodeWidth.NIBBLE);
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void simdAndPlainJavaAgreeOnRandomNibbles(int dimensions) {
    Random random = new Random(dimensions);
    assertAgree(
        randomCodes(random, dimensions), randomNibbles(random, dimensions), CodeWidth.NIBBLE);
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void severalAtOnceAreAsOneByOne(int dimensions) {
    Random random = new Random(dimensions);
    byte[] query = randomCodes(random, dimensions);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = arena.allocate(5L * dimensions + OFFSET);
      for (int i = 0; i < 5; i++) {
        byte[] codes = randomCodes(random, dimensions);
        MemorySegment.copy(
            MemorySegment.ofArray(codes), 0, mapped, OFFSET + (long) i * dimensions, dimensions);
      }
      long[] offsets = {OFFSET + 4L * dimensions, OFFSET, OFFSET + 2L * dimensions, 0};
      for (DotProduct dotProduct : List.of(SCALAR, SIMD)) {
        int[] dots = {-1, -1, -1, -1};
        dotProduct.dots(query, mapped, offsets, 3, CodeWidth.BYTE, dimensions, dots);
        for (int i = 0; i < 3; i++) {
          assertEquals(SCALAR.dot(query, mapped, offsets[i], CodeWidth.BYTE), dots[i]);
        }
        assertEquals(-1, dots[3]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void floatSumsHaveTheSameBitsAndAreCloseToTheExactSum(int dimensions) {
    Random random = new Random(dimensions);
    assertFloatsAgree(random, randomCodes(random, dimensions), CodeWidth.BYTE);
    assertFloatsAgree(random, randomNibbles(random, dimensions), CodeWidth.NIBBLE);
  }

  private static void assertFloatsAgree(Random random, byte[] codes, CodeWidth width) {
    int dimensions = codes.length;
    float[] query = new float[dimensions];
    double exact = 0;
    double magnitude = 0;
    for (int i = 0; i < dimensions; i++) {
      query[i] = (float) random.nextGaussian();
      exact += (double) query[i] * codes[i];
      magnitude += Math.abs((double) query[i] * codes[i]);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = mapped(arena, width.pack(codes));
      float scalar = SCALAR.dot(query, mapped, OFFSET, width);
      float simd = SIMD.dot(query, mapped, OFFSET, width);
      assertEquals(Float.floatToRawIntBits(scalar), Float.floatToRawIntBits(simd));
      assertEquals(exact, scalar, 1e-5 * magnitude);
    }
  }

  @Test
  void withoutTheVectorModuleAJvmFallsBackToPlainJava() throws Exception {
    assertEquals("ScalarDotProduct", choiceOf());
  }

  @Test
  void theModuleIsUsedWhereItIs() throws Exception {
    String expected = SimdDotProduct.isFast() ? "SimdDotProduct" : "ScalarDotProduct";
    assertEquals(expected, choiceOf("--add-modules", "jdk.incubator.vector"));
  }

  @Test
  void thePropertyForcesPlainJava() throws Exception {
    assertEquals(
        "ScalarDotProduct",
        choiceOf("--add-modules", "jdk.incubator.vector", "-Dsluice.vectors=scalar"));
  }

  @Test
  void forcedSimdWithoutTheModuleSaysWhatToDo() throws Exception {
    assertEquals(
        "-Dsluice.vectors=simd: this JVM has no module jdk.incubator.vector; start it with"
            + " --add-modules jdk.incubator.vector",
        choiceOf("-Dsluice.vectors=simd"));
  }

  @Test
  void anUnknownChoiceIsRefused() throws Exception {
    assertEquals(
        "-Dsluice.vectors=fast: expected scalar or simd; leave it out for the best choice",
        choiceOf("-Dsluice.vectors=fast"));
  }

  /** What a JVM with these options prints as {@link Choice}. */
  private static String choiceOf(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Choice.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  /** Uses the choice of its JVM and prints its name, or why there is none. */
  static final class Choice {
    private Choice() {}

    public static void main(String[] args) {
      try {
        DotProduct best = DotProducts.best();
        System.out.println(
            best.dot(new byte[] {2}, new byte[] {3}) == 6 ? best.getClass().getSimpleName() : "");
      } catch (InvalidInputException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static void assertAgree(byte[] a, byte[] b) {
    assertAgree(a, b, CodeWidth.BYTE);
  }

  private static void assertAgree(byte[] a, byte[] b, CodeWidth width) {
    int expected = SCALAR.dot(a, b);
    assertEquals(expected, SIMD.dot(a, b));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = mapped(arena, width.pack(b));
      assertEquals(expected, SCALAR.dot(a, mapped, OFFSET, width));
      assertEquals(expected, SIMD.dot(a, mapped, OFFSET, width));
    }
  }

  private static MemorySegment mapped(Arena arena, byte[] codes) {
    MemorySegment mapped = arena.allocate(OFFSET + codes.length);
    MemorySegment.copy(MemorySegment.ofArray(codes), 0, mapped, OFFSET, codes.length);
    return mapped;
  }

  private static byte[] randomNibbles(Random random, int dimensions) {
    byte[] codes = new byte[dimensions];
    for (int i = 0; i < dimensions; i++) {
      codes[i] = (byte) (random.nextInt(15) - 7);
    }
    return codes;
  }

  private static byte[] randomCodes(Random random, int dimensions) {
    byte[] codes = new byte[dimensions];
    for (int i = 0; i < dimensions; i++) {
      codes[i] = (byte) (random.nextInt(255) - 127);
    }
    return codes;
  }
}
