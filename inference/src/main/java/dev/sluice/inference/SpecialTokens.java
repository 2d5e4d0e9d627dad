package dev.sluice.inference;

import ai.djl.huggingface.tokenizers.Encoding;
import dev.sluice.inference.network.Sequence;
import java.util.Arrays;

/**
 * The tokens that a model wants around its input, for example [CLS] text [SEP] and [CLS] query
 * [SEP] passage [SEP].
 *
 * @param before in front of one text or of a pair
 * @param after behind one text
 * @param between between the texts of a pair
 * @param afterPair behind a pair
 * @param secondType the token type of a pair's second text; the first text has 0
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record SpecialTokens(int[] before, int[] after, int[] between, int[] afterPair, int secondType) {

  /** Reads the template off the encoding of a text and of a pair. */
  static SpecialTokens of(Encoding one, Encoding two) {
    int[] ids = ids(one);
    int first = firstText(one, 0);
    int end = firstSpecial(one, first);
    int[] pair = ids(two);
    int firstEnd = firstSpecial(two, firstText(two, 0));
    int second = firstText(two, firstEnd);
    int secondEnd = firstSpecial(two, second);
    int secondType = second < pair.length ? Math.toIntExact(two.getTypeIds()[second]) : 0;
    return new SpecialTokens(
        Arrays.copyOf(ids, first),
        Arrays.copyOfRange(ids, end, ids.length),
        Arrays.copyOfRange(pair, firstEnd, second),
        Arrays.copyOfRange(pair, secondEnd, pair.length),
        secondType);
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }

  private static int firstText(Encoding encoding, int from) {
    return indexOf(encoding.getSpecialTokenMask(), 0, from);
  }

  private static int firstSpecial(Encoding encoding, int from) {
    return indexOf(encoding.getSpecialTokenMask(), 1, from);
  }

  private static int indexOf(long[] mask, long value, int from) {
    int i = from;
    while (i < mask.length && mask[i] != value) {
      i++;
    }
    return i;
  }

  /** How many tokens {@link #single} adds. */
  int aroundOne() {
    return before.length + after.length;
  }

  /** How many tokens {@link #pair} adds. */
  int aroundPair() {
    return before.length + between.length + afterPair.length;
  }

  /** The model's input for a text, cut behind to {@code maxTokens}. */
  Sequence single(int[] text, int maxTokens) {
    int length = Math.clamp(maxTokens - aroundOne(), 0, text.length);
    int[] ids = concat(before, Arrays.copyOf(text, length), after);
    return new Sequence(ids, ids.length, 0);
  }

  /** The model's input for a pair, its second text cut behind to {@code maxTokens}. */
  Sequence pair(int[] first, int[] second, int maxTokens) {
    int length = Math.clamp(maxTokens - aroundPair() - first.length, 0, second.length);
    int[] ids = concat(before, first, between, Arrays.copyOf(second, length), afterPair);
    return new Sequence(ids, before.length + first.length + between.length, secondType);
  }

  /**
   * The model's input for a pair that it reads as two segments, each like a text alone and of type
   * 0; the second text is cut behind to {@code maxTokens}.
   */
  Sequence segments(int[] first, int[] second, int maxTokens) {
    int length = Math.clamp(maxTokens - 2 * aroundOne() - first.length, 0, second.length);
    int[] ids = concat(before, first, after, before, Arrays.copyOf(second, length), after);
    return new Sequence(ids, aroundOne() + first.length, 0);
  }

  private static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
