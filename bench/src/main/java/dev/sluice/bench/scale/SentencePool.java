package dev.sluice.bench.scale;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import dev.sluice.index.passage.Sentences;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.reader.DocumentReaders;
import dev.sluice.index.reader.ReaderOptions;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokenizers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences of real documents, in their order, and how often their words occur.
 *
 * @param sentences between {@value #SHORTEST} and {@value #LONGEST} characters each
 * @param wordsByFrequency the words that stand in at least three sentences, the most frequent first
 * @param frequencies in how many sentences each of them stands
 */
record SentencePool(
    List<String> sentences, List<String> wordsByFrequency, Map<String, Integer> frequencies) {
  private static final int SHORTEST = 30;
  private static final int LONGEST = 600;
  private static final int TOKENIZED = 20_000;
  private static final Pattern WORD = Pattern.compile("[a-z]{4,14}");

  /** Stops reading: enough was read. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * Reads sources until there are {@code maxBytes} of sentences.
   *
   * @param sources folders or files of documents
   */
  static SentencePool read(List<String> sources, long maxBytes)
      throws IOException, InterruptedException {
    List<String> sentences = new ArrayList<>();
    Collector collector = new Collector(sentences, maxBytes);
    try {
      for (String source : sources) {
        DocumentReaders.open(source, ReaderOptions.DEFAULT).read(collector);
      }
    } catch (EnoughException e) {
      // What was read is as much as was asked for.
    }
    if (sentences.size() < 1000) {
      throw new InvalidInputException(
          sources
              + ": expected documents with at least 1,000 sentences, found "
              + sentences.size());
    }
    Map<String, Integer> counts = new HashMap<>();
    for (String sentence : sentences) {
      Set<String> words = new HashSet<>();
      Matcher matcher = WORD.matcher(sentence.toLowerCase(Locale.ROOT));
      while (matcher.find()) {
        words.add(matcher.group());
      }
      words.forEach(word -> counts.merge(word, 1, Integer::sum));
    }
    counts.values().removeIf(count -> count < 3);
    List<String> byFrequency =
        counts.keySet().stream()
            .sorted(
                Comparator.comparing((String word) -> -counts.get(word))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    return new SentencePool(sentences, byFrequency, counts);
  }

  /** How long a token is on average, as every model that comes with the program cuts them. */
  double charactersPerToken() {
    int each = Math.ceilDiv(sentences.size(), TOKENIZED);
    long characters = 0;
    long tokens = 0;
    try (Tokenizer tokenizer = Tokenizers.openQuick(ModelPacks.BGE_SMALL)) {
      for (int i = 0; i < sentences.size(); i += each) {
        characters += sentences.get(i).length();
        tokens += tokenizer.count(sentences.get(i));
      }
    }
    return (double) characters / tokens;
  }

  /** The words that stand in between {@code least} and {@code most} of all sentences, as shares. */
  List<String> words(double least, double most) {
    return wordsByFrequency.stream()
        .filter(
            word -> {
              double share = (double) frequencies.get(word) / sentences.size();
              return share >= least && share <= most;
            })
        .toList();
  }

  private static final class Collector implements DocumentReader.Sink {
    private final List<String> sentences;
    private long bytesLeft;

    Collector(List<String> sentences, long maxBytes) {
      this.sentences = sentences;
      this.bytesLeft = maxBytes;
    }

    @Override
    public boolean isCurrent(String id, String stamp) {
      return false;
    }

    @Override
    public void accept(Document document, String stamp) {
      Sentences ranges = Sentences.of(document.text());
      for (int i = 0; i < ranges.size(); i++) {
        String sentence = ranges.get(i).in(document.text()).replaceAll("\\s+", " ").strip();
        if (sentence.length() >= SHORTEST && sentence.length() <= LONGEST) {
          sentences.add(sentence);
          bytesLeft -= sentence.length();
        }
      }
      if (bytesLeft < 0) {
        throw new EnoughException();
      }
    }

    @Override
    public void skip(String where, String reason) {}

    @Override
    public void keep(String id) {}

    @Override
    public void keepAll() {}

    @Override
    public void progress(long bytes) {}
  }
}
