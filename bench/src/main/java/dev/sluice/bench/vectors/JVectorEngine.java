package dev.sluice.bench.vectors;

import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;

/** A way of searching JVector's graph. */
final class JVectorEngine implements Engine {
  private final GraphSearcher searcher;
  private final Function<VectorFloat<?>, SearchScoreProvider> scores;
  private final long bytes;
  private final AutoCloseable source;

  private JVectorEngine(
      ImmutableGraphIndex graph,
      Function<VectorFloat<?>, SearchScoreProvider> scores,
      long bytes,
      AutoCloseable source) {
    this(new GraphSearcher(graph), scores, bytes, source);
  }

  private JVectorEngine(
      GraphSearcher searcher,
      Function<VectorFloat<?>, SearchScoreProvider> scores,
      long bytes,
      AutoCloseable source) {
    this.searcher = searcher;
    this.scores = scores;
    this.bytes = bytes;
    this.source = source;
  }

  /** Graph and original vectors in memory. */
  static Engine plain(JVectorIndex index) {
    return new JVectorEngine(
        index.graph(),
        query -> DefaultSearchScoreProvider.exact(query, JVectorIndex.SIMILARITY, index.vectors()),
        index.graph().ramBytesUsed() + vectorBytes(index),
        () -> {});
  }

  /** Graph, codes and original vectors in memory; what the codes find is scored again. */
  static Engine quantised(JVectorIndex index) {
    return new JVectorEngine(
        index.graph(),
        query ->
            new DefaultSearchScoreProvider(
                index.codes().precomputedScoreFunctionFor(query, JVectorIndex.SIMILARITY),
                index.vectors().rerankerFor(query, JVectorIndex.SIMILARITY)),
        index.graph().ramBytesUsed() + index.codes().ramBytesUsed() + vectorBytes(index),
        () -> {});
  }

  /** The codes of a node's neighbours beside the node, in a file that is mapped into memory. */
  static Engine fused(Path file) throws IOException {
    ReaderSupplier source = ReaderSupplierFactory.open(file);
    GraphSearcher searcher = new GraphSearcher(OnDiskGraphIndex.load(source));
    ImmutableGraphIndex.ScoringView view = (ImmutableGraphIndex.ScoringView) searcher.getView();
    return new JVectorEngine(
        searcher,
        query ->
            new DefaultSearchScoreProvider(
                view.approximateScoreFunctionFor(query, JVectorIndex.SIMILARITY),
                view.rerankerFor(query, JVectorIndex.SIMILARITY)),
        Files.size(file),
        source);
  }

  /** Graph and original vectors in a file that is mapped into memory. */
  static Engine mapped(Path file) throws IOException {
    ReaderSupplier source = ReaderSupplierFactory.open(file);
    GraphSearcher searcher = new GraphSearcher(OnDiskGraphIndex.load(source));
    ImmutableGraphIndex.ScoringView view = (ImmutableGraphIndex.ScoringView) searcher.getView();
    return new JVectorEngine(
        searcher,
        query -> new DefaultSearchScoreProvider(view.rerankerFor(query, JVectorIndex.SIMILARITY)),
        Files.size(file),
        source);
  }

  private static long vectorBytes(JVectorIndex index) {
    return (long) index.vectors().size() * index.vectors().dimension() * Float.BYTES;
  }

  @Override
  public int[] search(float[] query, int k, int breadth) {
    SearchScoreProvider provider = scores.apply(JVectorIndex.vector(query));
    SearchResult result = searcher.search(provider, k, breadth, 0, 0, Bits.ALL);
    return Stream.of(result.getNodes()).mapToInt(hit -> hit.node).toArray();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() throws IOException {
    try (source) {
      searcher.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
