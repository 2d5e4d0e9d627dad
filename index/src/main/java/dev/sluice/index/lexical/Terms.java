package dev.sluice.index.lexical;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
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
    return of(ENGLISH, text, Integer.MAX_VALUE);
  }

  static Set<String> of(Analyzer analyzer, String text, int max) {
    Set<String> terms = new LinkedHashSet<>();
    try (TokenStream stream = analyzer.tokenStream(LexicalFields.TEXT, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (terms.size() < max && stream.incrementToken()) {
        terms.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return terms;
  }
}
