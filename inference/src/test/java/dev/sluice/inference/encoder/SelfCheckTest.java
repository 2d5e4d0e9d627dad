package dev.sluice.inference.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.SelfCheckReport;
import dev.sluice.inference.kernel.Arithmetic;
import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.NativeFault;
import dev.sluice.inference.kernel.NativeKernels;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCheckTest {
  private static final Kernels SCALAR = KernelSet.scalar(Arithmetic.FOLDED);
  private static final int FLIPS = Integer.getInteger("sluice.flips", 500);

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private KernelHealth health = new KernelHealth();

  @TempDir private Path folder;

  @BeforeEach
  void writeModel() throws IOException {
    TinyEncoder.of(seed).with(TinyEncoder.Heads.POOLER_AND_CLASSIFIER).write(folder);
  }

  private Encoder open(Duration checkInterval, Kernels... kernels) {
    return Encoder.open(
        folder.resolve("config.json"),
        folder.resolve("model.safetensors"),
        Output.LOGITS,
        new EncoderOptions(List.of(kernels), 2, 64, checkInterval, health));
  }

  private Encoder open(Kernels... kernels) {
    return open(Duration.ofDays(1), kernels);
  }

  private List<Sequence> sequences(int count) {
    return random
        .ints(count, 5, 40)
        .mapToObj(length -> new Sequence(random.ints(length, 0, 100).toArray(), length, 0))
        .toList();
  }

  private String flip(List<MemorySegment> memory) {
    int index = random.nextInt(memory.size());
    MemorySegment region = memory.get(index);
    long at = random.nextLong(region.byteSize());
    int bit = random.nextInt(8);
    byte old = region.get(ValueLayout.JAVA_BYTE, at);
    region.set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ 1 << bit));
    return "region " + index + ", byte " + at + ", bit " + bit + ", seed " + seed;
  }

  private static SelfCheckReport report(Encoder encoder) {
    return encoder.selfCheck().orElseThrow();
  }

  @Test
  void everyFlippedBitInTheWeightsIsFound() {
    try (Arena arena = Arena.ofShared()) {
      WeightRegions regions = new WeightRegions(weights(arena));
      for (int i = 0; i < FLIPS; i++) {
        String where = flip(regions.memory());
        List<Integer> changed = regions.changed();
        assertEquals(1, changed.size(), where);
        assertTrue(where.startsWith("region " + changed.getFirst() + ","), where);
        regions.restore(changed.getFirst(), regionsOfFile(arena));
        assertTrue(regions.changed().isEmpty(), where);
      }
    }
  }

  private WeightRegions fromFile;

  private WeightRegions regionsOfFile(Arena arena) {
    if (fromFile == null) {
      fromFile = new WeightRegions(weights(arena));
    }
    return fromFile;
  }

  private EncoderWeights weights(Arena arena) {
    return EncoderWeights.read(
        new EncoderFiles(
            folder.resolve("config.json"), folder.resolve("model.safetensors"), Optional.empty()),
        Output.LOGITS,
        OptionalInt.empty(),
        arena);
  }

  @Test
  void allMemoryOfTheWeightsIsWatched() {
    // Of each linear layer 8 pieces, of the embeddings 4, of each normalisation and dense layer 2.
    try (Encoder encoder = open(SCALAR)) {
      assertEquals(4 + 2 + 2 * (4 * 8 + 2 * 2) + 2 * 2, encoder.weightMemory().size());
    }
  }

  @Test
  void changedWeightsAreReadAgainAndTheAnswersAreRight() {
    List<Sequence> some = sequences(8);
    try (Encoder encoder = open(SCALAR)) {
      float[][] expected = encoder.run(some);
      for (int i = 0; i < 5; i++) {
        flip(encoder.weightMemory());
      }
      SelfCheckReport report = report(encoder);
      assertTrue(report.weightMismatches() >= 1, report + ", seed " + seed);
      assertTrue(Arrays.deepEquals(expected, encoder.run(some)), "seed " + seed);
      assertEquals(report.weightMismatches(), report(encoder).weightMismatches());
    }
  }

  @Test
  void callsCheckTheWeightsOnceTheLastCheckIsTooOld() {
    List<Sequence> some = sequences(8);
    try (Encoder encoder = open(Duration.ZERO, SCALAR)) {
      float[][] expected = encoder.run(some);
      String where = flip(encoder.weightMemory());
      assertTrue(Arrays.deepEquals(expected, encoder.run(some)), where);
      SelfCheckReport report = report(encoder);
      assertEquals(1, report.weightMismatches(), where);
      assertEquals(3, report.checks());
    }
    try (Encoder encoder = open(Duration.ofDays(1), SCALAR)) {
      encoder.run(some);
      assertEquals(1, report(encoder).checks());
    }
  }

  @Test
  void changedWeightsOfADamagedFileEndTheCall() throws IOException {
    try (Encoder encoder = open(Duration.ZERO, SCALAR)) {
      flip(encoder.weightMemory());
      Path file = folder.resolve("model.safetensors");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 100] ^= 4;
      Files.delete(file);
      Files.write(file, bytes);
      var e = assertThrows(DamagedException.class, () -> encoder.run(sequences(1)));
      assertTrue(e.getMessage().contains("model.safetensors"), e.getMessage());
      assertTrue(e.getMessage().contains("CRC-32C"), e.getMessage());
    }
  }

  @Test
  void changedWeightsAreNotMendedFromAnotherModel() throws IOException {
    try (Encoder encoder = open(SCALAR)) {
      flip(encoder.weightMemory());
      TinyEncoder.of(seed + 1).with(TinyEncoder.Heads.POOLER_AND_CLASSIFIER).write(folder);
      var e = assertThrows(DamagedException.class, encoder::selfCheck);
      assertTrue(e.getMessage().contains("no longer the one"), e.getMessage());
    }
  }

  /** Kernels whose products do not fit, as long as the count lasts. */
  private static Kernels wrong(String name, AtomicInteger count) {
    return new WrongKernels(name, SCALAR, () -> count.getAndDecrement() > 0 ? 1 : 0);
  }

  @Test
  void chunkThatWasComputedWronglyIsComputedAgain() {
    List<Sequence> some = sequences(12);
    AtomicInteger wrong = new AtomicInteger(1);
    try (Encoder right = open(SCALAR);
        Encoder encoder = open(wrong("wrong", wrong), SCALAR)) {
      assertTrue(Arrays.deepEquals(right.run(some), encoder.run(some)), "seed " + seed);
      SelfCheckReport report = report(encoder);
      assertEquals(1, report.arithmeticMismatches());
      assertEquals(List.of(), report.quarantined());
      assertEquals("wrong", report.kernels());
    }
  }

  @Test
  void everyFlippedBitInASumOfTheNativeKernelsIsFound() {
    List<Sequence> one = sequences(1);
    int tokens = one.getFirst().length();
    try (Encoder scalar = open(SCALAR)) {
      float[] expected = scalar.run(one)[0];
      for (String level : NativeKernels.available()) {
        for (int i = 0; i < FLIPS / 20; i++) {
          int row = random.nextInt(tokens);
          int column = random.nextInt(64);
          int bit = random.nextInt(32);
          health = new KernelHealth(); // three of them, and the kernels would be quarantined
          try (Encoder encoder = open(NativeKernels.at(level, Arithmetic.FOLDED), SCALAR)) {
            NativeFault.arm(row, column, bit);
            String where =
                level + ", row " + row + ", column " + column + ", bit " + bit + ", seed " + seed;
            assertArrayEquals(expected, encoder.run(one)[0], where);
            assertEquals(1, report(encoder).arithmeticMismatches(), where);
          }
        }
      }
    }
  }

  @Test
  void kernelsThatComputeWronglyThreeTimesAreQuarantined() {
    List<Sequence> one = sequences(1);
    AtomicInteger wrong = new AtomicInteger(Integer.MAX_VALUE);
    try (Encoder encoder = open(wrong("wrong", wrong), SCALAR)) {
      for (int i = 0; i < 5; i++) {
        encoder.run(one);
      }
      SelfCheckReport report = report(encoder);
      assertEquals(3, report.arithmeticMismatches());
      assertEquals(List.of("wrong"), report.quarantined());
      assertEquals(SCALAR.name(), report.kernels());
    }
    try (Encoder another = open(wrong("wrong", wrong), SCALAR)) {
      assertEquals(SCALAR.name(), report(another).kernels());
    }
  }

  @Test
  void onlyKernelsGetASecondChance() {
    List<Sequence> one = sequences(1);
    try (Encoder right = open(SCALAR);
        Encoder encoder = open(wrong("wrong", new AtomicInteger(1)))) {
      assertArrayEquals(right.run(one)[0], encoder.run(one)[0], "seed " + seed);
    }
  }

  @Test
  void machineOnWhichNothingComputesRightIsNamed() {
    AtomicInteger wrong = new AtomicInteger(Integer.MAX_VALUE);
    try (Encoder encoder = open(wrong("one", wrong), wrong("two", wrong))) {
      var e = assertThrows(ResourceException.class, () -> encoder.run(sequences(1)));
      assertTrue(e.getMessage().contains("[one, two]"), e.getMessage());
    }
  }

  @Test
  void kernelsWithWrongAnswersAreQuarantined() {
    try (Encoder encoder = open(wrong("wrong", new AtomicInteger()), SCALAR)) {
      AtomicInteger asked = new AtomicInteger();
      encoder.requireRightAnswers(network -> asked.getAndIncrement() > 0);
      assertEquals(List.of("wrong"), report(encoder).quarantined());
    }
  }

  @Test
  void modelWithWrongAnswersOnAllKernelsIsDamaged() {
    try (Encoder encoder = open(wrong("wrong", new AtomicInteger()), SCALAR)) {
      var e =
          assertThrows(DamagedException.class, () -> encoder.requireRightAnswers(network -> false));
      assertTrue(e.getMessage().contains("wrong answers"), e.getMessage());
      assertFalse(report(encoder).quarantined().contains("wrong"));
    }
  }
}
