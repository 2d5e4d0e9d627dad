package dev.sluice.cascade;

import java.util.List;

/** The best passages for a query, best first, and what finding them took. */
public record SearchResult(String query, List<Hit> hits, Trace trace) {

  public SearchResult {
    hits = List.copyOf(hits);
  }
}
