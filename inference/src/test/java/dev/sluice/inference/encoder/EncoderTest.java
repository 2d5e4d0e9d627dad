package dev.sluice.inference.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.Arithmetic;
import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.LinearWeights;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderTest {
  private static final Kernels FOLDED = KernelSet.scalar(Arithmetic.FOLDED);
  private static final Kernels BLOCK = KernelSet.scalar(Arithmetic.BLOCK);

  /** So that a few sequences make several chunks. */
  private static final int CHUNK_TOKENS = 64;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @TempDir private Path folder;

  private static EncoderOptions options(int threads, Kernels... kernels) {
    return new EncoderOptions(
        List.of(kernels),
        LinearWeights::pack,
        threads,
        CHUNK_TOKENS,
        Duration.ofDays(1),
        new KernelHealth());
  }

  private Encoder open(Output output, EncoderOptions options) {
    return Encoder.open(
        folder.resolve("config.json"), folder.resolve("model.safetensors"), output, options);
  }

  private Sequence sequence(int length) {
    int[] ids = random.ints(length, 0, 100).toArray();
    return new Sequence(ids, random.nextInt(length + 1), 1);
  }

  private List<Sequence> sequences(int... lengths) {
    return Arrays.stream(lengths).mapToObj(this::sequence).toList();
  }

  private static double cosine(float[] a, double[] b) {
    double dot = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      squaresOfA += a[i] * a[i];
      squaresOfB += b[i] * b[i];
    }
    return dot / Math.sqrt(squaresOfA * squaresOfB);
  }

  private static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    return mean;
  }

  @Test
  void vectorsAreThoseOfDoublePrecisionButForRoundingToBytes() throws IOException {
    TinyEncoder.of(seed).write(folder);
    List<Sequence> some = sequences(1, 2, 17, 60);
    try (ReferenceBert reference = ReferenceBert.open(folder)) {
      for (Kernels kernels : List.of(BLOCK, FOLDED)) {
        double least = kernels == BLOCK ? 0.999 : 0.998;
        try (Encoder first = open(Output.FIRST_VECTOR, options(1, kernels));
            Encoder mean = open(Output.MEAN_VECTOR, options(1, kernels))) {
          float[][] firsts = first.run(some);
          float[][] means = mean.run(some);
          for (int i = 0; i < some.size(); i++) {
            double[][] expected = reference.run(some.get(i));
            assertTrue(cosine(firsts[i], expected[0]) > least, "seed " + seed);
            assertTrue(cosine(means[i], mean(expected)) > least, "seed " + seed);
          }
        }
      }
    }
  }

  @Test
  void namesMayHaveAPrefix() throws IOException {
    Sequence sequence = sequence(9);
    TinyEncoder.of(seed).with(TinyEncoder.Heads.POOLER_AND_CLASSIFIER).write(folder);
    float[] expected;
    try (Encoder encoder = open(Output.LOGITS, options(1, FOLDED))) {
      expected = encoder.run(List.of(sequence))[0];
    }
    TinyEncoder.of(seed)
        .with(TinyEncoder.Heads.POOLER_AND_CLASSIFIER)
        .withPrefix("bert.")
        .write(folder);
    try (Encoder encoder = open(Output.LOGITS, options(1, FOLDED))) {
      assertArrayEquals(expected, encoder.run(List.of(sequence))[0], "seed " + seed);
    }
  }

  @Test
  void classifierReadsTheFirstVectorWithOrWithoutPooler() throws IOException {
    for (TinyEncoder.Heads heads :
        List.of(
            TinyEncoder.Heads.CLASSIFIER,
            TinyEncoder.Heads.TWO_LABELS,
            TinyEncoder.Heads.POOLER_AND_CLASSIFIER,
            TinyEncoder.Heads.FP4_POOLER_AND_CLASSIFIER)) {
      TinyEncoder.of(seed).with(heads).write(folder);
      Sequence sequence = sequence(30);
      try (Encoder vectors = open(Output.FIRST_VECTOR, options(1, FOLDED));
          Encoder logits = open(Output.LOGITS, options(1, FOLDED));
          ReferenceBert reference = ReferenceBert.open(folder)) {
        double[][] x = {doubles(vectors.run(List.of(sequence))[0])};
        if (heads.name().contains("POOLER")) {
          x = reference.linear("pooler.dense", x);
          x[0] = Arrays.stream(x[0]).map(Math::tanh).toArray();
        }
        double[] expected = reference.linear("classifier", x)[0];
        float[] found = logits.run(List.of(sequence))[0];
        assertArrayEquals(expected, doubles(found), 1e-5, heads + ", seed " + seed);
        assertEquals(expected.length, logits.width().getAsInt());
      }
    }
  }

  private static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    Arrays.setAll(doubles, i -> numbers[i]);
    return doubles;
  }

  @Test
  void readerSaysTwoNumbersOfEachToken() throws IOException {
    TinyEncoder.of(seed).with(TinyEncoder.Heads.SPANS).write(folder);
    Sequence sequence = sequence(40);
    try (Encoder spans = open(Output.SPAN_LOGITS, options(1, BLOCK));
        ReferenceBert reference = ReferenceBert.open(folder)) {
      float[] found = spans.run(List.of(sequence))[0];
      double[][] expected = reference.linear("qa_outputs", reference.run(sequence));
      assertEquals(80, found.length);
      double[] flat = Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray();
      assertTrue(cosine(found, flat) > 0.999, "seed " + seed);
    }
  }

  @Test
  void answersDependNeitherOnThreadsNorOnTheSequencesBeside() throws IOException {
    TinyEncoder.of(seed).write(folder);
    List<Sequence> all =
        new ArrayList<>(sequences(1, 512, 1, 63, 64, 65, 7, 30, 2, 128, 5, 5, 40, 33));
    float[][] alone = new float[all.size()][];
    for (Kernels kernels : KernelSet.runnable()) {
      try (Encoder encoder = open(Output.FIRST_VECTOR, options(1, kernels))) {
        for (int i = 0; i < all.size(); i++) {
          alone[i] = encoder.run(List.of(all.get(i)))[0];
        }
      }
      for (int threads : new int[] {1, 2, 8}) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
          order.add(i);
        }
        Collections.shuffle(order, random);
        try (Encoder encoder = open(Output.FIRST_VECTOR, options(threads, kernels))) {
          float[][] together = encoder.run(order.stream().map(all::get).toList());
          for (int i = 0; i < together.length; i++) {
            assertArrayEquals(
                alone[order.get(i)],
                together[i],
                kernels.name() + ", " + threads + " threads, seed " + seed);
          }
        }
      }
    }
  }

  @Test
  void callersMayShareAnEncoder() throws Exception {
    TinyEncoder.of(seed).write(folder);
    List<Sequence> some = sequences(20, 50, 40, 10, 64, 3);
    try (Encoder encoder = open(Output.MEAN_VECTOR, options(2, FOLDED));
        ExecutorService callers = Executors.newFixedThreadPool(6)) {
      float[][] expected = encoder.run(some);
      List<Callable<float[][]>> calls = Collections.nCopies(24, () -> encoder.run(some));
      for (Future<float[][]> call : callers.invokeAll(calls)) {
        assertTrue(Arrays.deepEquals(expected, call.get()), "seed " + seed);
      }
    }
  }

  @Test
  void noSequencesGiveNoAnswers() throws IOException {
    TinyEncoder.of(seed).write(folder);
    try (Encoder encoder = open(Output.FIRST_VECTOR, options(2, FOLDED))) {
      assertEquals(0, encoder.run(List.of()).length);
    }
  }

  @Test
  void tokensOfAnotherModelAreRefused() throws IOException {
    TinyEncoder.of(seed).write(folder);
    try (Encoder encoder = open(Output.FIRST_VECTOR, options(1, FOLDED))) {
      for (Sequence wrong :
          List.of(
              new Sequence(new int[] {100}, 1, 0),
              new Sequence(new int[] {-1}, 1, 0),
              new Sequence(new int[] {1}, 0, 2),
              new Sequence(new int[0], 0, 0),
              sequence(513))) {
        assertThrows(InvalidInputException.class, () -> encoder.run(List.of(wrong)));
      }
    }
  }

  @Test
  void interruptedCallerIsToldAndStaysInterrupted() throws IOException {
    TinyEncoder.of(seed).write(folder);
    try (Encoder encoder = open(Output.FIRST_VECTOR, options(2, FOLDED))) {
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> encoder.run(sequences(60, 60, 60, 60)));
      assertTrue(Thread.interrupted());
      assertEquals(1, encoder.run(sequences(5)).length);
    }
  }

  @Test
  void whatAWorkerThrowsReachesTheCaller() throws IOException {
    TinyEncoder.of(seed).write(folder);
    IllegalStateException thrown = new IllegalStateException("no such instruction");
    Kernels failing =
        new WrongKernels(
            "failing",
            FOLDED,
            () -> {
              throw thrown;
            });
    try (Encoder encoder = open(Output.FIRST_VECTOR, options(4, failing))) {
      assertSame(
          thrown,
          assertThrows(
              IllegalStateException.class, () -> encoder.run(sequences(60, 60, 60, 60, 60))));
    }
  }

  @Test
  void closingTwiceIsHarmlessAndUsingItThenIsRefused() throws IOException {
    TinyEncoder.of(seed).write(folder);
    Encoder encoder = open(Output.FIRST_VECTOR, options(2, FOLDED));
    encoder.run(sequences(60, 60, 60));
    encoder.close();
    encoder.close();
    assertThrows(IllegalStateException.class, () -> encoder.run(sequences(3)));
    assertThrows(IllegalStateException.class, encoder::selfCheck);
  }

  @Test
  void closingWaitsForRunningCalls() throws Exception {
    TinyEncoder.of(seed).write(folder);
    for (int round = 0; round < 20; round++) {
      Encoder encoder = open(Output.FIRST_VECTOR, options(2, FOLDED));
      List<Sequence> some = sequences(60, 60, 60, 60);
      try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
        Future<float[][]> running = caller.submit(() -> encoder.run(some));
        encoder.close();
        try {
          assertEquals(4, running.get().length);
        } catch (ExecutionException e) {
          assertTrue(e.getCause().getMessage().contains("is closed"), "seed " + seed);
        }
      }
    }
  }
}
