package dev.sluice.distill.staticembedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures a table on pairs held out: each query looks for its passage among all passages held out
 * and some of the others.
 */
final class Development {
  private static final int QUERIES_OF_A_SOURCE = 100;
  private static final int OTHER_PASSAGES = 12_000;

  private final TokenizedPairs pairs;

  /** Pairs whose queries are asked: indices into the passages, which begin with those held out. */
  private final int[] asked;

  private final int[] passages;

  Development(TokenizedPairs pairs) {
    this.pairs = pairs;
    int[] heldOut = pairs.indices(true);
    int[] others = pairs.indices(false);
    this.passages =
        Arrays.copyOf(heldOut, heldOut.length + Math.min(others.length, OTHER_PASSAGES));
    System.arraycopy(others, 0, passages, heldOut.length, passages.length - heldOut.length);
    Map<Integer, List<Integer>> bySource = new TreeMap<>();
    for (int i = 0; i < heldOut.length; i++) {
      bySource.computeIfAbsent(pairs.sources()[heldOut[i]], s -> new ArrayList<>()).add(i);
    }
    this.asked =
        bySource.values().stream()
            .flatMap(own -> own.stream().limit(QUERIES_OF_A_SOURCE))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** nDCG@10 with one right passage, the mean over the data sets' means; 0 without queries. */
  double score(TokenTable table) {
    int[][] queries =
        Arrays.stream(asked).mapToObj(i -> pairs.queries()[passages[i]]).toArray(int[][]::new);
    int[][] texts =
        Arrays.stream(passages).mapToObj(i -> pairs.passages()[i]).toArray(int[][]::new);
    float[] similarities = new float[Math.multiplyExact(queries.length, texts.length)];
    float[] columns = Products.transpose(table.embed(texts).vectors(), texts.length, table.width);
    Products.add(
        table.embed(queries).vectors(),
        columns,
        similarities,
        queries.length,
        table.width,
        texts.length);
    Map<Integer, double[]> sums = new TreeMap<>();
    for (int i = 0; i < asked.length; i++) {
      double[] sum = sums.computeIfAbsent(pairs.sources()[passages[asked[i]]], s -> new double[2]);
      sum[0] += gain(similarities, i * texts.length, asked[i]);
      sum[1]++;
    }
    return sums.values().stream().mapToDouble(sum -> sum[0] / sum[1]).average().orElse(0);
  }

  /** Other passages of the same query are right too, so they are no reason to fall back. */
  private double gain(float[] similarities, int start, int own) {
    int before = 0;
    for (int i = 0; i < passages.length; i++) {
      if (similarities[start + i] > similarities[start + own]
          && pairs.queryTexts()[passages[i]] != pairs.queryTexts()[passages[own]]) {
        before++;
      }
    }
    return before < 10 ? Math.log(2) / Math.log(before + 2) : 0;
  }
}
