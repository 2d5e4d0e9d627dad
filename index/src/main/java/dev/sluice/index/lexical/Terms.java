package dev.sluice.index.lexical;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** The terms that text becomes. */
public final class Terms {
  private static final Analyzer ENGLISH = Analyzers.named(Analyzers.DEFAULT);

  private Terms() {}

  /**
   * The distinct terms of an English text, stop words left out, stemmed, in order of appearance.
   */
  public static Set<String> english(String text) {
    return counted(ENGLISH, text, Integer.MAX_VALUE).keySet();
  }

  /**
   * The terms of a text, in order of appearance, with how often each occurs.
   *
   * @param max how many distinct terms at most; the text is not read on once there are so many
   */
  static SequencedMap<String, Integer> counted(Analyzer analyzer, String text, int max) {
    SequencedMap<String, Integer> terms = new LinkedHashMap<>();
    try (TokenStream stream = analyzer.tokenStream(LexicalFields.TEXT, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (terms.size() < max && stream.incrementToken()) {
        terms.merge(term.toString(), 1, Integer::sum);
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return terms;
  }
}
