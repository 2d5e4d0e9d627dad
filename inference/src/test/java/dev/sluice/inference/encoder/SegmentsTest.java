package dev.sluice.inference.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.Arithmetic;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders that read pairs as two segments. */
class SegmentsTest {
  private static final EncoderShape THREE_LAYERS =
      new EncoderShape(3, 64, 4, 64, 100, 40, 2, 1e-12f);
  private static final Kernels SCALAR = KernelSet.scalar(Arithmetic.FOLDED);

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @TempDir private Path folder;

  private TinyEncoder tiny(TinyEncoder.Heads heads) {
    return TinyEncoder.of(seed).with(THREE_LAYERS).with(heads).withSegments(2);
  }

  private Encoder open(Output output, Kernels kernels) {
    return open(output, OptionalInt.empty(), kernels);
  }

  private Encoder open(Output output, OptionalInt layers, Kernels kernels) {
    return Encoder.open(
        new EncoderFiles(
            folder.resolve("config.json"), folder.resolve("model.safetensors"), Optional.empty()),
        output,
        layers,
        new EncoderOptions(List.of(kernels), 1, 64, Duration.ofDays(1), new KernelHealth()));
  }

  private float[][] run(Output output, Kernels kernels, List<Sequence> some) {
    try (Encoder encoder = open(output, kernels)) {
      return encoder.run(some);
    }
  }

  private Sequence pair(int query, int passage) {
    return new Sequence(random.ints(query + passage, 0, 100).toArray(), query, 0);
  }

  private List<Sequence> pairs() {
    return List.of(pair(1, 1), pair(7, 30), pair(3, 40), pair(40, 1), pair(5, 17));
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

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] normalized(double[] row) {
    double length = Math.sqrt(Arrays.stream(row).map(x -> x * x).sum());
    return Arrays.stream(row).map(x -> x / length).toArray();
  }

  private static double dot(double[] a, double[] b) {
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
    }
    return dot;
  }

  /** As the head is described, in double precision. */
  private static double relevance(ReferenceBert model, double[][] x, int second) {
    double[] similarity = model.vector("relevance.similarity.weight");
    double[] first = model.vector("relevance.first.weight");
    int hidden = x[0].length;
    double logit =
        model.vector("relevance.bias")[0]
            + dot(x[0], Arrays.copyOf(first, hidden))
            + dot(x[second], Arrays.copyOfRange(first, hidden, 2 * hidden));
    double[][] unit = Arrays.stream(x).map(SegmentsTest::normalized).toArray(double[][]::new);
    double[] query = new double[hidden];
    double[] passage = new double[hidden];
    double maxSim = 0;
    for (int i = 0; i < x.length; i++) {
      for (int d = 0; d < hidden; d++) {
        (i < second ? query : passage)[d] += unit[i][d];
      }
    }
    for (int i = 0; i < second; i++) {
      double highest = -2;
      for (int j = second; j < x.length; j++) {
        highest = Math.max(highest, dot(unit[i], unit[j]));
      }
      maxSim += highest / second;
    }
    return logit
        + similarity[0] * dot(normalized(query), normalized(passage))
        + similarity[1] * maxSim
        + similarity[2] * dot(unit[0], unit[second]);
  }

  @Test
  void vectorsAreThoseOfDoublePrecisionButForRoundingToBytes() throws IOException {
    tiny(TinyEncoder.Heads.NONE).write(folder);
    List<Sequence> some = pairs();
    try (ReferenceBert reference = ReferenceBert.open(folder)) {
      List<double[]> expected = some.stream().map(pair -> flat(reference.run(pair))).toList();
      for (Kernels kernels : KernelSet.runnable()) {
        float[][] found = run(Output.TOKEN_VECTORS, kernels, some);
        for (int i = 0; i < some.size(); i++) {
          double cosine = cosine(found[i], expected.get(i));
          assertTrue(cosine > 0.997, kernels.name() + " " + cosine + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void relevanceIsMadeOfTheVectorsAsDescribed() throws IOException {
    tiny(TinyEncoder.Heads.RELEVANCE).write(folder);
    List<Sequence> some = pairs();
    try (ReferenceBert reference = ReferenceBert.open(folder)) {
      double[] exact =
          some.stream()
              .mapToDouble(pair -> relevance(reference, reference.run(pair), pair.secondStart()))
              .toArray();
      for (Kernels kernels : KernelSet.runnable()) {
        float[][] vectors = run(Output.TOKEN_VECTORS, kernels, some);
        float[][] logits = run(Output.LOGITS, kernels, some);
        for (int i = 0; i < some.size(); i++) {
          double[][] x = rows(vectors[i]);
          int second = some.get(i).secondStart();
          assertEquals(1, logits[i].length);
          assertEquals(relevance(reference, x, second), logits[i][0], 1e-4, "seed " + seed);
          assertEquals(exact[i], logits[i][0], 0.6, kernels.name() + ", seed " + seed);
        }
      }
    }
  }

  private static double[][] rows(float[] vectors) {
    double[][] rows = new double[vectors.length / 64][64];
    for (int i = 0; i < vectors.length; i++) {
      rows[i / 64][i % 64] = vectors[i];
    }
    return rows;
  }

  @Test
  void lowerLayersReadEachSegmentAsIfItWereAlone() throws IOException {
    tiny(TinyEncoder.Heads.NONE).write(folder);
    Sequence pair = pair(9, 31);
    Sequence query = new Sequence(Arrays.copyOf(pair.ids(), 9), 9, 0);
    Sequence passage = new Sequence(Arrays.copyOfRange(pair.ids(), 9, 40), 31, 0);
    for (Kernels kernels : KernelSet.runnable()) {
      for (Output output : List.of(Output.TOKEN_VECTORS, Output.FIRST_VECTOR)) {
        try (Encoder lower = open(output, OptionalInt.of(2), kernels)) {
          float[][] found = lower.run(List.of(pair, query, passage));
          float[] parts =
              output == Output.FIRST_VECTOR ? found[1] : concatenated(found[1], found[2]);
          assertArrayEquals(parts, found[0], kernels.name() + ", seed " + seed);
        }
      }
    }
  }

  private static float[] concatenated(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Test
  void firstVectorIsThatOfTheFirstTokenOfTheFirstSegment() throws IOException {
    tiny(TinyEncoder.Heads.NONE).write(folder);
    List<Sequence> some = pairs();
    for (Kernels kernels : KernelSet.runnable()) {
      float[][] all = run(Output.TOKEN_VECTORS, kernels, some);
      float[][] first = run(Output.FIRST_VECTOR, kernels, some);
      for (int i = 0; i < some.size(); i++) {
        assertArrayEquals(Arrays.copyOf(all[i], 64), first[i], kernels.name() + ", seed " + seed);
      }
    }
  }

  @Test
  void aPairScoresTheSameBesideAnyOthers() throws IOException {
    tiny(TinyEncoder.Heads.RELEVANCE).write(folder);
    List<Sequence> some = new ArrayList<>(pairs());
    for (Kernels kernels : KernelSet.runnable()) {
      try (Encoder encoder = open(Output.LOGITS, kernels)) {
        float[][] together = encoder.run(some);
        for (int i = 0; i < some.size(); i++) {
          assertArrayEquals(
              encoder.run(List.of(some.get(i)))[0], together[i], kernels.name() + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void readerSaysTwoNumbersOfEachTokenOfBothSegments() throws IOException {
    tiny(TinyEncoder.Heads.SPANS).write(folder);
    Sequence pair = pair(9, 31);
    try (ReferenceBert reference = ReferenceBert.open(folder)) {
      float[] found = run(Output.SPAN_LOGITS, SCALAR, List.of(pair))[0];
      double[] expected = flat(reference.linear("qa_outputs", reference.run(pair)));
      assertEquals(80, found.length);
      assertTrue(cosine(found, expected) > 0.99, "seed " + seed);
    }
  }

  @Test
  void relevanceOfASingleSegmentIsRefused() throws IOException {
    tiny(TinyEncoder.Heads.RELEVANCE).write(folder);
    try (Encoder encoder = open(Output.LOGITS, SCALAR)) {
      for (int second : new int[] {0, 10, 11, -1}) {
        Sequence wrong = new Sequence(new int[10], second, 0);
        assertThrows(InvalidInputException.class, () -> encoder.run(List.of(wrong)));
      }
      Sequence tooLong = pair(3, 41);
      assertThrows(InvalidInputException.class, () -> encoder.run(List.of(tooLong)));
    }
  }

  @Test
  void whatIsMissingOrOutOfRangeIsNamed() throws IOException {
    TinyEncoder whole = tiny(TinyEncoder.Heads.RELEVANCE);
    String bias = "encoder.layer.2.attention.segment_bias";
    whole.without(bias::equals).write(folder);
    refused(DamagedException.class, bias);
    whole.without("relevance.first.weight"::equals).write(folder);
    refused(DamagedException.class, "relevance.first.weight");
    tiny(TinyEncoder.Heads.CLASSIFIER).write(folder);
    refused(InvalidInputException.class, "relevance.similarity.weight");
    for (String value : List.of("4", "-1", "\"2\"", "null")) {
      whole.write(
          folder,
          config -> config.replace("\"segment_layers\": 2", "\"segment_layers\": " + value));
      refused(DamagedException.class, "segment_layers in sluice_segments must be");
    }
  }

  private void refused(Class<? extends RuntimeException> kind, String part) {
    RuntimeException e = assertThrows(kind, () -> open(Output.LOGITS, SCALAR));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void allMemoryOfTheWeightsIsWatched() throws IOException {
    tiny(TinyEncoder.Heads.RELEVANCE).write(folder);
    try (Encoder encoder = open(Output.LOGITS, SCALAR)) {
      List<Sequence> some = pairs();
      float[][] right = encoder.run(some);
      encoder.weightMemory().forEach(piece -> piece.asSlice(0, 4).fill((byte) 0x41));
      encoder.selfCheck();
      assertTrue(Arrays.deepEquals(right, encoder.run(some)), "seed " + seed);
    }
  }
}
