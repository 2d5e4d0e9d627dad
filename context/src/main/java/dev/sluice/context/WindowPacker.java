package dev.sluice.context;

import dev.sluice.cascade.Hit;
import dev.sluice.context.Window.WindowPassage;
import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.Mark;
import dev.sluice.index.Passage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Packs hits into a window, sentence by sentence: those first that stand in a high hit and are like
 * the question, with the sentences beside them. So a budget holds what matters of many passages,
 * not all of a few. Passages beside the best hits take part, since an answer often stands after the
 * words that a search finds. Duplicates are dropped, sentences that touch are joined.
 *
 * <p>Where the likeness is unknown, sentences go by the ranks of their hits alone, and no passage
 * beside them takes part.
 */
final class WindowPacker {
  /** Texts that share this much of their word 5-grams say the same, as copied option texts do. */
  private static final double NEAR_DUPLICATE = 0.8;

  private static final int SHINGLE_WORDS = 5;

  /**
   * Sentences of lower hits are taken for of middling likeness: to compare them costs time. This
   * and the next five were chosen on a development set of questions over technical manuals.
   */
  private static final int COMPARED_HITS = 25;

  /** So many of the best hits bring the passages beside them. */
  private static final int EXPANDED_HITS = 10;

  /** So much lower than the hit does a passage rank that is none itself. */
  private static final int BESIDE = 12;

  /** What a standard deviation of likeness is worth, in logarithms of ranks. */
  private static final double LIKENESS = 1.5;

  /** What a sentence is worth less than the one beside it, at least. */
  private static final double STEP = 0.3;

  /** How many sentences before and after draw on the worth of one. */
  private static final int REACH = 2;

  private final Snapshot snapshot;
  private final int budget;
  private final Optional<Function<List<String>, double[]>> likeness;
  private int duplicates;
  private int overBudget;

  /**
   * @param likeness how like the question each of some sentences is, in any unit
   */
  WindowPacker(Snapshot snapshot, int budget, Optional<Function<List<String>, double[]>> likeness) {
    this.snapshot = snapshot;
    this.budget = budget;
    this.likeness = likeness;
  }

  /** Packs the hits; call once. */
  Window pack(List<Hit> hits) {
    Collection<WindowSource> sources = sources(hits);
    List<WindowSentence> sentences =
        sources.stream().flatMap(source -> WindowSentence.of(source).stream()).toList();
    compare(sentences);
    Map<String, List<WindowSentence>> documents =
        sentences.stream()
            .collect(
                Collectors.groupingBy(
                    sentence -> sentence.passage().document(),
                    LinkedHashMap::new,
                    Collectors.collectingAndThen(
                        Collectors.toList(), WindowPacker::inOrderOfTheText)));
    documents.values().forEach(WindowPacker::drawOnNeighbours);
    int tokens = choose(documents.values().stream().flatMap(List::stream).toList());

    Set<Integer> packed =
        sentences.stream()
            .filter(WindowSentence::isChosen)
            .map(sentence -> sentence.passage().number())
            .collect(Collectors.toSet());
    overBudget =
        (int)
            sources.stream()
                .filter(WindowSource::isHit)
                .filter(source -> !packed.contains(source.passage().number()))
                .count();
    List<WindowSpan> spans =
        documents.values().stream()
            .map(this::spans)
            .filter(document -> !document.isEmpty())
            .sorted(Comparator.comparingInt(WindowPacker::bestRank))
            .flatMap(List::stream)
            .toList();
    List<WindowPassage> passages =
        sources.stream()
            .filter(source -> packed.contains(source.passage().number()))
            .sorted(Comparator.comparingInt(WindowSource::rank))
            .map(
                source ->
                    new WindowPassage(source.passage(), source.rank(), source.hit().probability()))
            .toList();
    return new Window(tokens, budget, spans, passages);
  }

  /** Hits left out since better ones say the same. */
  int duplicates() {
    return duplicates;
  }

  /** Hits left out since none of their sentences did fit. */
  int overBudget() {
    return overBudget;
  }

  /** The hits without duplicates, best first, then passages beside them. */
  private Collection<WindowSource> sources(List<Hit> hits) {
    Map<Integer, WindowSource> sources = new LinkedHashMap<>();
    Set<Integer> dropped = new HashSet<>();
    List<Set<Integer>> shingles = new ArrayList<>();
    for (Hit hit : hits) {
      Passage passage = hit.passage();
      if (isNew(passage, shingles)) {
        sources.put(passage.number(), new WindowSource(passage, hit, hit.rank()));
      } else {
        dropped.add(passage.number());
        duplicates++;
      }
    }
    if (likeness.isEmpty()) {
      return sources.values();
    }
    for (WindowSource host : sources.values().stream().limit(EXPANDED_HITS).toList()) {
      int rank = host.hit().rank() + BESIDE;
      for (Passage passage : snapshot.around(host.passage(), 1, 1)) {
        WindowSource known = sources.get(passage.number());
        if (known != null) {
          sources.put(passage.number(), known.atLeast(rank));
        } else if (!dropped.contains(passage.number()) && isNew(passage, shingles)) {
          sources.put(passage.number(), new WindowSource(passage, host.hit(), rank));
        }
      }
    }
    return sources.values();
  }

  /** Whether no text before says the same; if so, it is remembered. */
  private static boolean isNew(Passage passage, List<Set<Integer>> known) {
    Set<Integer> shingles = shingles(passage.text());
    for (Set<Integer> other : known) {
      Set<Integer> smaller = shingles.size() <= other.size() ? shingles : other;
      Set<Integer> larger = smaller == shingles ? other : shingles;
      long shared = smaller.stream().filter(larger::contains).count();
      // Of the newcomer: a short passage inside a longer one adds nothing, the reverse may.
      if (shared >= NEAR_DUPLICATE * shingles.size()) {
        return false;
      }
    }
    known.add(shingles);
    return true;
  }

  private static Set<Integer> shingles(String text) {
    String[] words = text.strip().split("\\s+");
    Set<Integer> shingles = new HashSet<>();
    if (words.length < SHINGLE_WORDS) {
      shingles.add(String.join(" ", words).hashCode());
    }
    for (int i = 0; i + SHINGLE_WORDS <= words.length; i++) {
      int hash = 1;
      for (int j = i; j < i + SHINGLE_WORDS; j++) {
        hash = 31 * hash + words[j].hashCode();
      }
      shingles.add(hash);
    }
    return shingles;
  }

  private void compare(List<WindowSentence> sentences) {
    if (likeness.isEmpty()) {
      return;
    }
    List<WindowSentence> compared =
        sentences.stream().filter(sentence -> sentence.rank() <= COMPARED_HITS).toList();
    if (compared.isEmpty()) {
      return;
    }
    double[] like =
        Likeness.standardised(
            likeness.get().apply(compared.stream().map(WindowSentence::text).toList()));
    for (int i = 0; i < like.length; i++) {
      compared.get(i).addWorth(LIKENESS * like[i]);
    }
  }

  /** By position; of a sentence that two passages share, the one of the higher. */
  private static List<WindowSentence> inOrderOfTheText(List<WindowSentence> document) {
    Map<Integer, WindowSentence> byStart =
        document.stream()
            .collect(
                Collectors.toMap(
                    sentence -> sentence.span().from(),
                    Function.identity(),
                    (a, b) -> a.rank() <= b.rank() ? a : b));
    return byStart.values().stream().sorted(Comparator.comparing(WindowSentence::span)).toList();
  }

  private static void drawOnNeighbours(List<WindowSentence> document) {
    double[] worth = document.stream().mapToDouble(WindowSentence::worth).toArray();
    for (int i = 0; i < worth.length; i++) {
      for (int step = 1; step <= REACH && i + step < worth.length; step++) {
        WindowSentence last = document.get(i + step);
        if (!document.get(i + step - 1).isFollowedBy(last)) {
          break;
        }
        last.raiseTo(worth[i] - step * STEP);
        document.get(i).raiseTo(worth[i + step] - step * STEP);
      }
    }
  }

  /** Takes the best while they fit, and returns how many tokens they have. */
  private int choose(List<WindowSentence> sentences) {
    int tokens = 0;
    List<WindowSentence> bestFirst =
        sentences.stream()
            .sorted(
                Comparator.comparingDouble(WindowSentence::worth)
                    .reversed()
                    .thenComparing(WindowSentence::rank)
                    .thenComparing(WindowSentence::span))
            .toList();
    for (WindowSentence sentence : bestFirst) {
      if (tokens + sentence.tokens() <= budget) {
        sentence.choose();
        tokens += sentence.tokens();
      }
    }
    return tokens;
  }

  /** The chosen sentences of a document; those that touch are one span. */
  private List<WindowSpan> spans(List<WindowSentence> document) {
    List<WindowSpan> spans = new ArrayList<>();
    List<WindowSentence> run = new ArrayList<>();
    for (WindowSentence sentence : document) {
      if (!run.isEmpty() && !(sentence.isChosen() && run.getLast().isFollowedBy(sentence))) {
        spans.add(span(run));
        run.clear();
      }
      if (sentence.isChosen()) {
        run.add(sentence);
      }
    }
    if (!run.isEmpty()) {
      spans.add(span(run));
    }
    return spans;
  }

  private WindowSpan span(List<WindowSentence> run) {
    Passage first = run.getFirst().passage();
    Span span =
        new Span(
            run.getFirst().span().from(),
            run.stream().mapToInt(sentence -> sentence.span().to()).max().orElseThrow());
    Hit best =
        run.stream().map(WindowSentence::hit).min(Comparator.comparingInt(Hit::rank)).orElseThrow();
    return new WindowSpan(
        first.document(),
        first.uri(),
        first.title(),
        first.headings(),
        run.stream().map(sentence -> sentence.passage().marks()).reduce(List.of(), Mark::merge),
        span,
        run.size() == 1
            ? run.getFirst().text()
            : snapshot.text(first.document(), span).orElseThrow(),
        run.stream().mapToInt(WindowSentence::tokens).sum(),
        best.rank(),
        best.probability());
  }

  private static int bestRank(List<WindowSpan> document) {
    return document.stream().mapToInt(WindowSpan::rank).min().orElseThrow();
  }
}
