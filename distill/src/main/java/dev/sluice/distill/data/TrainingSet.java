package dev.sluice.distill.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What training files hold, in memory: each passage once by its text, each query of a source once
 * by its words, with all its positives. A title that gives a query away is left out of the query's
 * positives ({@link TitleRule}).
 */
final class TrainingSet {
  /** Passages that share many runs of so many words say the same. */
  private static final int RUN = 5;

  /** As many of the lines that were left out are kept for a report. */
  private static final int MAX_LISTED = 1000;

  private final SequencedMap<String, SourcePassage> passages = new LinkedHashMap<>();
  private final List<SourceQuery> queries = new ArrayList<>();
  private final Map<String, Set<String>> positives = new HashMap<>();
  private final List<String> skippedLines = new ArrayList<>();
  private final Map<String, long[]> runs = new ConcurrentHashMap<>();
  private long skipped;

  private TrainingSet() {}

  /**
   * Reads files.
   *
   * @param wanted which sources to keep; lines of others are read and forgotten
   * @throws dev.sluice.error.InvalidInputException when a file cannot be read or used
   */
  static TrainingSet read(List<Path> files, Predicate<String> wanted) {
    Collector collector = new Collector(wanted);
    TrainingFiles.read(files, collector);
    return collector.finish();
  }

  /** All passages, in the order in which they were read. */
  Collection<SourcePassage> passages() {
    return Collections.unmodifiableCollection(passages.values());
  }

  /** A passage by its id, which must be there. */
  SourcePassage passage(String id) {
    SourcePassage passage = passages.get(id);
    if (passage == null) {
      throw new IllegalArgumentException("there is no passage '" + id + "'");
    }
    return passage;
  }

  boolean contains(String passage) {
    return passages.containsKey(passage);
  }

  List<SourceQuery> queries() {
    return Collections.unmodifiableList(queries);
  }

  /** The positives of all queries, of any source, that have the same words as this text. */
  Set<String> positivesOf(String query) {
    return positives.getOrDefault(Words.joined(query), Set.of());
  }

  /** The runs of five words of a passage's text ({@link Words#runs}), gathered once. */
  long[] runs(SourcePassage passage) {
    return runs.computeIfAbsent(passage.id(), id -> Words.runs(Words.of(passage.text()), RUN));
  }

  /** How many lines were left out. */
  long skipped() {
    return skipped;
  }

  /** The first of the lines that were left out, with the reasons. */
  List<String> skippedLines() {
    return Collections.unmodifiableList(skippedLines);
  }

  private static final class Collector implements TrainingFiles.Sink {
    private final Predicate<String> wanted;
    private final TrainingSet set = new TrainingSet();
    private final Map<String, Boolean> wantedSources = new HashMap<>();
    private final Map<String, String> idByText = new HashMap<>();
    private final Map<String, String> canonical = new HashMap<>();
    private final SequencedMap<String, Merged> merged = new LinkedHashMap<>();

    /** A query while its positives are gathered. */
    private record Merged(SourceQuery first, Set<String> positives, Set<String> negatives) {}

    Collector(Predicate<String> wanted) {
      this.wanted = wanted;
    }

    private boolean isWanted(String source) {
      return wantedSources.computeIfAbsent(source, wanted::test);
    }

    @Override
    public void passage(SourcePassage passage) {
      if (!isWanted(passage.source())) {
        return;
      }
      String known = idByText.putIfAbsent(passage.text(), passage.id());
      if (known == null) {
        set.passages.put(passage.id(), passage);
      } else {
        canonical.put(passage.id(), known);
      }
    }

    @Override
    public void query(SourceQuery query) {
      if (!isWanted(query.source())) {
        return;
      }
      String words = Words.joined(query.text());
      Merged into =
          merged.computeIfAbsent(
              query.source() + "\n" + words,
              key -> new Merged(query, new LinkedHashSet<>(), new LinkedHashSet<>()));
      Set<String> same = set.positives.computeIfAbsent(words, key -> new HashSet<>(2));
      for (String positive : query.positives()) {
        String id = canonical.getOrDefault(positive, positive);
        into.positives.add(id);
        same.add(id);
        set.passages.computeIfPresent(
            id,
            (key, passage) ->
                TitleRule.givesAway(passage.title(), query.text())
                    ? passage.withoutTitle()
                    : passage);
      }
      for (String negative : query.negatives()) {
        into.negatives.add(canonical.getOrDefault(negative, negative));
      }
    }

    @Override
    public void skip(String where, String reason) {
      set.skipped++;
      if (set.skippedLines.size() < MAX_LISTED) {
        set.skippedLines.add(where + ": " + reason);
      }
    }

    TrainingSet finish() {
      for (Merged query : merged.values()) {
        query.negatives.removeAll(set.positivesOf(query.first.text()));
        set.queries.add(
            new SourceQuery(
                query.first.id(),
                query.first.source(),
                query.first.text(),
                List.copyOf(query.positives),
                List.copyOf(query.negatives)));
      }
      return set;
    }
  }
}
