package dev.sluice.bench.durability;

import dev.sluice.inference.Embedder;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** An embedder that costs next to nothing: the normalised sum of a random vector per word. */
final class WordVectors implements Embedder {
  static final String NAME = "word-vectors";
  private static final int DIMENSIONS = 48;
  private static final Pattern WORD = Pattern.compile("\\S+");

  private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int dimensions() {
    return DIMENSIONS;
  }

  @Override
  public int maxTokens() {
    return 512;
  }

  @Override
  public Tokenizer tokenizer() {
    return new Words();
  }

  @Override
  public float[][] embedPassages(List<String> texts) {
    return texts.stream().map(this::embedQuery).toArray(float[][]::new);
  }

  @Override
  public float[] embedQuery(String query) {
    float[] sum = new float[DIMENSIONS];
    sum[0] = 1e-6f;
    for (MatchResult word : WORD.matcher(query).results().toList()) {
      float[] vector = vectors.computeIfAbsent(word.group(), WordVectors::vector);
      for (int i = 0; i < DIMENSIONS; i++) {
        sum[i] += vector[i];
      }
    }
    double square = 0;
    for (float x : sum) {
      square += (double) x * x;
    }
    for (int i = 0; i < DIMENSIONS; i++) {
      sum[i] /= (float) Math.sqrt(square);
    }
    return sum;
  }

  private static float[] vector(String word) {
    Random random = new Random(word.hashCode());
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  @Override
  public void close() {}

  private record Words() implements Tokenizer {
    @Override
    public Tokens encode(String text) {
      List<MatchResult> words = WORD.matcher(text).results().toList();
      int[] ids = words.stream().mapToInt(word -> word.group().hashCode()).toArray();
      int[] starts = words.stream().mapToInt(MatchResult::start).toArray();
      int[] ends = words.stream().mapToInt(MatchResult::end).toArray();
      return new Tokens(ids, starts, ends);
    }

    @Override
    public List<Tokens> encodeAll(List<String> texts) {
      return Arrays.asList(texts.stream().map(this::encode).toArray(Tokens[]::new));
    }

    @Override
    public void close() {}
  }
}
