package dev.sluice.index.lexical;

import dev.sluice.error.InvalidInputException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.cz.CzechAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fa.PersianAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.hi.HindiAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.th.ThaiAnalyzer;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;

/** Text analysis by name: how text becomes the terms of the lexical index. */
public final class Analyzers {
  public static final String DEFAULT = "technical";

  private static final SortedMap<String, Supplier<Analyzer>> BY_NAME = new TreeMap<>();

  static {
    BY_NAME.put("arabic", ArabicAnalyzer::new);
    BY_NAME.put("cjk", CJKAnalyzer::new);
    BY_NAME.put("czech", CzechAnalyzer::new);
    BY_NAME.put("danish", DanishAnalyzer::new);
    BY_NAME.put("dutch", DutchAnalyzer::new);
    BY_NAME.put("english", EnglishAnalyzer::new);
    BY_NAME.put("finnish", FinnishAnalyzer::new);
    BY_NAME.put("french", FrenchAnalyzer::new);
    BY_NAME.put("german", GermanAnalyzer::new);
    BY_NAME.put("greek", GreekAnalyzer::new);
    BY_NAME.put("hindi", HindiAnalyzer::new);
    BY_NAME.put("hungarian", HungarianAnalyzer::new);
    BY_NAME.put("italian", ItalianAnalyzer::new);
    BY_NAME.put("norwegian", NorwegianAnalyzer::new);
    BY_NAME.put("persian", PersianAnalyzer::new);
    BY_NAME.put("portuguese", PortugueseAnalyzer::new);
    BY_NAME.put("romanian", RomanianAnalyzer::new);
    BY_NAME.put("russian", RussianAnalyzer::new);
    BY_NAME.put("simple", SimpleAnalyzer::new);
    BY_NAME.put("spanish", SpanishAnalyzer::new);
    BY_NAME.put("standard", StandardAnalyzer::new);
    BY_NAME.put("swedish", SwedishAnalyzer::new);
    BY_NAME.put(DEFAULT, TechnicalEnglish::new);
    BY_NAME.put("thai", ThaiAnalyzer::new);
    BY_NAME.put("turkish", TurkishAnalyzer::new);
    BY_NAME.put("whitespace", WhitespaceAnalyzer::new);
  }

  private Analyzers() {}

  /**
   * The analysis of a name: a language (with its stop words and stemmer), or {@code standard},
   * {@code simple}, {@code whitespace}, or {@value #DEFAULT}: English, and identifiers also in
   * parts.
   *
   * @throws InvalidInputException for an unknown name
   */
  public static Analyzer named(String name) {
    Supplier<Analyzer> analyzer = BY_NAME.get(name);
    if (analyzer == null) {
      throw new InvalidInputException(
          "analyzer '"
              + name
              + "' is unknown; choose one of "
              + String.join(", ", BY_NAME.keySet()));
    }
    return analyzer.get();
  }
}
