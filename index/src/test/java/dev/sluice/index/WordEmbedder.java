package dev.sluice.index;

import dev.sluice.inference.Embedder;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A small real embedder: the normalised sum of a fixed random vector per word. */
final class WordEmbedder implements Embedder {
  static final String NAME = "words";
  private static final int DIMENSIONS = 48;
  private static final Pattern WORD = Pattern.compile("\\S+");

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
    return new WordTokenizer();
  }

  @Override
  public float[][] embedPassages(List<String> texts) {
    return texts.stream().map(this::embedQuery).toArray(float[][]::new);
  }

  @Override
  public float[] embedQuery(String query) {
    float[] sum = new float[DIMENSIONS];
    for (String word : query.toLowerCase(Locale.ROOT).split("\\W+")) {
      Random random = new Random(word.hashCode());
      for (int i = 0; i < DIMENSIONS; i++) {
        sum[i] += (float) random.nextGaussian();
      }
    }
    double norm = 0;
    for (float x : sum) {
      norm += x * x;
    }
    for (int i = 0; i < DIMENSIONS; i++) {
      sum[i] /= (float) Math.sqrt(norm);
    }
    return sum;
  }

  @Override
  public void close() {}

  private record WordTokenizer() implements Tokenizer {
    @Override
    public Tokens encode(String text) {
      List<MatchResult> words = WORD.matcher(text).results().toList();
      int[] ids = words.stream().mapToInt(w -> w.group().hashCode()).toArray();
      int[] starts = words.stream().mapToInt(MatchResult::start).toArray();
      int[] ends = words.stream().mapToInt(MatchResult::end).toArray();
      return new Tokens(ids, starts, ends);
    }

    @Override
    public List<Tokens> encodeAll(List<String> texts) {
      List<Tokens> all = new ArrayList<>();
      texts.forEach(text -> all.add(encode(text)));
      return all;
    }

    @Override
    public void close() {}
  }
}
