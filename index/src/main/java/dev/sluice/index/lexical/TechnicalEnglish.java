package dev.sluice.index.lexical;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * Lucene's English analysis, with identifiers also in parts: {@code max_wal_size} is found by
 * {@code wal} and {@code size} too, {@code isEmpty} by {@code empty}. Numbers stay whole.
 */
final class TechnicalEnglish extends Analyzer {
  private static final int PARTS =
      WordDelimiterGraphFilter.PRESERVE_ORIGINAL
          | WordDelimiterGraphFilter.GENERATE_WORD_PARTS
          | WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;

  /** The tokenizer leaves these inside words: {@code max_size}, {@code hba.conf}, {@code a:b}. */
  private static final String BETWEEN_PARTS = "_.:";

  private static final byte[] KINDS = kinds();

  /** What else it leaves there, such as apostrophes, counts as a letter. */
  private static byte[] kinds() {
    byte[] kinds = WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE.clone();
    for (int i = 0; i < kinds.length; i++) {
      if (!Character.isLetterOrDigit(i) && BETWEEN_PARTS.indexOf(i) < 0) {
        kinds[i] = (byte) WordDelimiterIterator.ALPHANUM;
      }
    }
    return kinds;
  }

  @Override
  protected TokenStreamComponents createComponents(String field) {
    Tokenizer words = new StandardTokenizer();
    TokenStream terms = new EnglishPossessiveFilter(words);
    // Its tokens are a graph, which nobody sees: the index holds no positions.
    terms = new WordDelimiterGraphFilter(terms, true, KINDS, PARTS, null);
    terms = new LowerCaseFilter(terms);
    terms = new StopFilter(terms, EnglishAnalyzer.getDefaultStopSet());
    return new TokenStreamComponents(words, new PorterStemFilter(terms));
  }

  @Override
  protected TokenStream normalize(String field, TokenStream text) {
    return new LowerCaseFilter(text);
  }
}
