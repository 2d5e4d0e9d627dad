package dev.sluice.distill.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells candidates of a query that answer it most likely, though nobody said so: those that share
 * much of their wording with a positive, that hold the query word for word, that are positives of
 * the same query elsewhere, or that were cut from the same passage as a positive.
 */
final class FalseNegatives {
  /** Of the runs of words of the shorter of two texts, as many are shared. */
  private static final double SHARED = 0.25;

  /** Shorter queries, such as a single term, stand in many passages that do not answer them. */
  private static final int MIN_QUERY_WORDS = 3;

  private final TrainingSet set;
  private final List<long[]> runsOfPositives = new ArrayList<>();
  private final Set<String> positives;
  private final Set<String> originals = new HashSet<>();
  private final List<String> words;

  FalseNegatives(SourceQuery query, TrainingSet set) {
    this.set = set;
    words = Words.of(query.text());
    positives = new HashSet<>(set.positivesOf(query.text()));
    positives.addAll(query.positives());
    for (String positive : positives) {
      originals.add(original(positive));
      runsOfPositives.add(set.runs(set.passage(positive)));
    }
  }

  boolean likely(SourcePassage candidate) {
    return positives.contains(candidate.id())
        || originals.contains(original(candidate.id()))
        || holdsQuery(candidate)
        || sharesRuns(candidate);
  }

  private boolean holdsQuery(SourcePassage candidate) {
    return words.size() >= MIN_QUERY_WORDS
        && Words.holds(Words.joined(candidate.titleAndText()), String.join(" ", words));
  }

  private boolean sharesRuns(SourcePassage candidate) {
    long[] runs = set.runs(candidate);
    for (long[] other : runsOfPositives) {
      int shared = Words.shared(runs, other);
      if (shared > 0 && shared >= SHARED * Math.min(runs.length, other.length)) {
        return true;
      }
    }
    return false;
  }

  /** The parts of a long passage are numbered behind its name. */
  private static String original(String id) {
    return id.replaceFirst("#\\d+$", "");
  }
}
