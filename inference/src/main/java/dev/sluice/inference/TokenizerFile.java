package dev.sluice.inference;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The tokenizer of a {@code tokenizer.json} in the format of Hugging Face's tokenizers library.
 * Truncation and padding that the file asks for are left out. Characters that the tokenizer drops,
 * such as spaces and, for many models, combining accents, belong to no token; a surrogate without
 * its other half is read as U+FFFD.
 */
public final class TokenizerFile implements Tokenizer {
  /** Bounds what native code holds at once: about 200 bytes a token. */
  private static final int TEXTS_AT_ONCE = 256;

  private static final int CHARS_AT_ONCE = 1 << 20;

  private static final TokenizersLibrary LIBRARY = loadLibrary();

  private final HuggingFaceTokenizer tokenizer;
  private final SpecialTokens special;

  /** Held for reading while native code uses the tokenizer, which closing frees. */
  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private TokenizerFile(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.special =
        SpecialTokens.of(
            tokenizer.encode("a", true, false), tokenizer.encode("a", "a", true, false));
  }

  private static TokenizersLibrary loadLibrary() {
    // DJL asks the cloud's metadata service for an instance id and reports it, unless told not to;
    // and on a machine with CUDA it downloads a build of the tokenizer that is no quicker here.
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("RUST_FLAVOR", "cpu");
    return TokenizersLibrary.LIB;
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null && System.getenv(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Opens a tokenizer.
   *
   * @throws InvalidInputException if there is no such file
   * @throws DamagedException if the file is not a tokenizer
   */
  public static TokenizerFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("There is no tokenizer file " + file + ".");
    }
    try {
      return new TokenizerFile(
          HuggingFaceTokenizer.newInstance(
              file,
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false")));
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    } catch (RuntimeException e) {
      throw new DamagedException(
          file + " is not a tokenizer that this program can read: " + e.getMessage(), e);
    }
  }

  @Override
  public Tokens encode(String text) {
    return encodeAll(List.of(text)).getFirst();
  }

  @Override
  public List<Tokens> encodeAll(List<String> texts) {
    List<Tokens> all = new ArrayList<>(texts.size());
    int from = 0;
    while (from < texts.size()) {
      List<LongText> batch = new ArrayList<>();
      int chars = 0;
      do {
        batch.add(LongText.split(texts.get(from)));
        chars += texts.get(from).length();
        from++;
      } while (from < texts.size()
          && batch.size() < TEXTS_AT_ONCE
          && chars + texts.get(from).length() < CHARS_AT_ONCE);
      List<String> pieces = batch.stream().flatMap(text -> text.pieces().stream()).toList();
      Iterator<Tokens> tokens = encodeBatch(pieces).iterator();
      batch.forEach(text -> all.add(text.join(tokens)));
    }
    return all;
  }

  /** {@link #encode} in one call of the native library, however long the text. */
  Tokens encodeUndivided(String text) {
    return encodeBatch(List.of(text)).getFirst();
  }

  /**
   * Reads ids and offsets straight from the native encodings: DJL's own {@link Encoding} also
   * copies six more arrays, among them a string for each token.
   */
  private List<Tokens> encodeBatch(List<String> texts) {
    String[] valid =
        texts.stream().map(TokenizerFile::withoutLoneSurrogates).toArray(String[]::new);
    return whileOpen(
        () -> {
          long[] encodings = LIBRARY.batchEncode(tokenizer.getHandle(), valid, false);
          try {
            List<Tokens> tokens = new ArrayList<>(valid.length);
            for (int i = 0; i < valid.length; i++) {
              tokens.add(
                  tokens(
                      valid[i],
                      LIBRARY.getTokenIds(encodings[i]),
                      LIBRARY.getTokenCharSpans(encodings[i])));
            }
            return tokens;
          } finally {
            for (long encoding : encodings) {
              LIBRARY.deleteEncoding(encoding);
            }
          }
        });
  }

  private <T> T whileOpen(Supplier<T> action) {
    inUse.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The tokenizer is closed.");
      }
      return action.get();
    } finally {
      inUse.readLock().unlock();
    }
  }

  /** The native library counts code points where Java counts chars. */
  private static Tokens tokens(String text, long[] ids, CharSpan[] spans) {
    int[] starts = new int[spans.length];
    int[] ends = new int[spans.length];
    int[] charOfCodePoint = charOfCodePoint(text);
    for (int i = 0; i < spans.length; i++) {
      starts[i] =
          charOfCodePoint.length == 0 ? spans[i].getStart() : charOfCodePoint[spans[i].getStart()];
      ends[i] =
          charOfCodePoint.length == 0 ? spans[i].getEnd() : charOfCodePoint[spans[i].getEnd()];
    }
    return new Tokens(Arrays.stream(ids).mapToInt(Math::toIntExact).toArray(), starts, ends);
  }

  /**
   * The index of each code point's first char, and the text's length after them. Empty if every
   * code point is one char.
   */
  private static int[] charOfCodePoint(String text) {
    int codePoints = text.codePointCount(0, text.length());
    if (codePoints == text.length()) {
      return new int[0];
    }
    int[] chars = new int[codePoints + 1];
    int index = 0;
    for (int i = 0; i < codePoints; i++) {
      chars[i] = index;
      index += Character.charCount(text.codePointAt(index));
    }
    chars[codePoints] = index;
    return chars;
  }

  /** The same text with U+FFFD, also one char, where there is half a pair: it has no UTF-8 form. */
  private static String withoutLoneSurrogates(String text) {
    StringBuilder mended = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        if (mended == null) {
          mended = new StringBuilder(text);
        }
        mended.setCharAt(i, '\ufffd');
      }
    }
    return mended == null ? text : mended.toString();
  }

  /** What a model wants around its input, as the file's template says. */
  SpecialTokens specialTokens() {
    return special;
  }

  @Override
  public void close() {
    inUse.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      inUse.writeLock().unlock();
    }
  }
}
