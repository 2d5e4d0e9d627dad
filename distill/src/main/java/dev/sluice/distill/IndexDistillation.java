package dev.sluice.distill;

import dev.sluice.cascade.RerankBlend;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.GroupFile;
import dev.sluice.distill.data.IndexQueries;
import dev.sluice.distill.data.Quota;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.index.Index;
import dev.sluice.index.Snapshot;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Adapts a reranker to the documents of an index: queries are made from them, the reranker is
 * trained on, and the outcome is compared with what it came from on queries of other documents. It
 * only takes its place where it wins.
 */
public final class IndexDistillation {
  /** To compare two rerankers takes more queries than to choose among checkpoints. */
  private static final double TO_COMPARE = 0.1;

  private static final String QUERIES = "pairs-index.jsonl.gz";
  private static final int FEWEST_QUERIES = 5;
  private static final int HELD_OUT_QUERIES = 400;
  private static final int HELD_OUT_CANDIDATES = 30;
  private static final long SEED = 1;

  private IndexDistillation() {}

  /**
   * What to adapt, and how long.
   *
   * @param index the index folder
   * @param reranker name or folder of the reranker to start from
   * @param out where the new pack goes if it wins; a pack that is there is the one to beat, and is
   *     kept beside it under another name
   * @param work folder of everything on the way: a run that was stopped goes on from it
   * @param queries how many queries to make at most
   * @param steps how many steps to train; if empty, as many as show every query once
   * @param command how it was made, for its card; may be empty
   */
  public record Options(
      Path index,
      String reranker,
      Path out,
      Path work,
      int queries,
      OptionalLong steps,
      String command) {}

  /**
   * What came of it.
   *
   * @param queries how many queries of each kind were made
   * @param candidate the new pack, in the work folder or, if it won, where it was to go
   * @param comparison with the pack that was there
   * @param promoted whether it won
   * @param kept where the pack is now that was in its place before
   */
  public record Report(
      Map<String, Long> queries,
      Path candidate,
      PackComparison comparison,
      boolean promoted,
      Optional<Path> kept) {}

  /**
   * Runs to the end; where an earlier run was stopped, from there.
   *
   * @throws InvalidInputException if the index has no vectors, or the reranker no layers of its own
   * @throws ResourceException if PyTorch is not there
   */
  public static Report run(Options options, DistillListener listener) {
    try {
      Files.createDirectories(options.work());
      Path data = options.work().resolve(QUERIES);
      String embedder;
      Map<String, Long> queries;
      try (Index index = Index.open(options.index());
          Snapshot snapshot = index.snapshot()) {
        if (!snapshot.hasVectors()) {
          throw new InvalidInputException(
              options.index()
                  + ": expected an index with vectors, which negatives are found with; found none."
                  + " Index the documents with an embedder");
        }
        embedder = snapshot.settings().embedder();
        List<String> documents = new ArrayList<>();
        snapshot.forEachDocument(documents::add);
        queries = IndexQueries.write(snapshot, documents, options.queries(), SEED, data);
      }
      listener.note("queries of the documents: " + queries);
      boolean again = Files.isDirectory(options.out());
      String before = again ? options.out().toString() : options.reranker();
      ModelPack start = ModelPacks.locate(before);
      Path candidate = options.work().resolve("candidate");
      DistillOptions distill =
          new DistillOptions(
              List.of(data),
              List.of(),
              Quota.everything(),
              options.queries(),
              TO_COMPARE,
              embedder,
              baseOf(before),
              Optional.of(before),
              candidate,
              options.work(),
              options.steps(),
              options.out().toAbsolutePath().normalize().getFileName().toString(),
              options.command());
      if (!Files.isDirectory(candidate)) {
        RerankerDistillation.train(distill, listener);
        RerankBlend.read(start.folder())
            .ifPresent(blend -> blend.write(candidate.resolve(RerankBlend.FILE)));
        PackFolder.sealed(candidate);
      }
      listener.note("comparing with " + before);
      List<Group> heldOut = heldOut(distill);
      if (heldOut.size() < FEWEST_QUERIES) {
        throw new InvalidInputException(
            options.index()
                + ": expected documents for at least "
                + FEWEST_QUERIES
                + " queries that are kept apart to compare with, found "
                + heldOut.size()
                + "; index more documents, or raise --queries");
      }
      PackComparison comparison = PackComparison.of(before, candidate.toString(), heldOut);
      if (!comparison.isGain()) {
        return new Report(queries, candidate, comparison, false, Optional.empty());
      }
      Optional<Path> kept = PackFolder.promote(candidate, options.out());
      return new Report(queries, options.out(), comparison, true, kept);
    } catch (IOException e) {
      throw new UncheckedIOException(options.work() + ": " + e.getMessage(), e);
    }
  }

  private static String baseOf(String reranker) {
    return DistillOptions.baseOf(reranker)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    reranker
                        + ": expected a reranker that stands on an embedder, as those of 'sluice"
                        + " distill reranker' do"));
  }

  /** Queries of documents that the training has not seen. */
  private static List<Group> heldOut(DistillOptions options) {
    List<Group> groups = new ArrayList<>(GroupFile.read(MinedGroups.development(options)));
    Collections.shuffle(groups, new Random(SEED));
    return groups.stream()
        .filter(group -> group.passages().size() > 1)
        .limit(HELD_OUT_QUERIES)
        .map(
            group ->
                new Group(
                    group.id(),
                    group.source(),
                    group.query(),
                    group
                        .passages()
                        .subList(0, Math.min(HELD_OUT_CANDIDATES, group.passages().size()))))
        .toList();
  }
}
