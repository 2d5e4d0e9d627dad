package dev.sluice.bench.vectors;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndexWriter;
import io.github.jbellis.jvector.graph.disk.feature.Feature;
import io.github.jbellis.jvector.graph.disk.feature.FeatureId;
import io.github.jbellis.jvector.graph.disk.feature.FusedPQ;
import io.github.jbellis.jvector.graph.disk.feature.InlineVectors;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.quantization.PQVectors;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;

/** JVector's graph as it was built, in memory, and its product quantisation. */
final class JVectorIndex {
  static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.DOT_PRODUCT;

  /** Four dimensions a byte: with fewer bytes, more have to be scored again. */
  private static final int DIMENSIONS_PER_CODE = 4;

  private static final int CLUSTERS = 256;

  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  /** Links of a node on the lowest level, as the others have. */
  static final int FULL_DEGREE = 32;

  private static final int BEAM_WIDTH = 100;
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;

  private final RandomAccessVectorValues vectors;
  private final ImmutableGraphIndex graph;
  private final PQVectors codes;

  private JVectorIndex(
      RandomAccessVectorValues vectors, ImmutableGraphIndex graph, PQVectors codes) {
    this.vectors = vectors;
    this.graph = graph;
    this.codes = codes;
  }

  static VectorFloat<?> vector(float[] vector) {
    return TYPES.createFloatVector(vector);
  }

  /** Builds on the calling thread alone, as far as JVector lets one. */
  static JVectorIndex build(float[][] vectors, int degree) throws IOException {
    int dimensions = vectors[0].length;
    List<VectorFloat<?>> list = new ArrayList<>();
    for (float[] vector : vectors) {
      list.add(vector(vector));
    }
    RandomAccessVectorValues values = new ListRandomAccessVectorValues(list, dimensions);
    BuildScoreProvider scores = BuildScoreProvider.randomAccessScoreProvider(values, SIMILARITY);
    try (ForkJoinPool pool = new ForkJoinPool(1);
        GraphIndexBuilder builder =
            new GraphIndexBuilder(
                scores, dimensions, degree, BEAM_WIDTH, OVERFLOW, ALPHA, true, true, pool, pool)) {
      ImmutableGraphIndex graph = builder.build(values);
      ProductQuantization quantization =
          ProductQuantization.compute(
              values, dimensions / DIMENSIONS_PER_CODE, CLUSTERS, false, -1, pool, pool);
      PQVectors codes = (PQVectors) quantization.encodeAll(values, pool);
      return new JVectorIndex(values, graph, codes);
    }
  }

  /**
   * Writes a file with the graph and the vectors, and with the codes of all neighbours if asked.
   */
  void write(Path file, boolean fused) throws IOException {
    var settings =
        new OnDiskGraphIndexWriter.Builder(graph, file)
            .with(new InlineVectors(vectors.dimension()));
    if (fused) {
      settings.with(new FusedPQ(graph.maxDegree(), codes.getCompressor()));
    }
    Map<FeatureId, IntFunction<Feature.State>> states = new EnumMap<>(FeatureId.class);
    states.put(FeatureId.INLINE_VECTORS, node -> new InlineVectors.State(vectors.getVector(node)));
    ImmutableGraphIndex.View view = graph.getView();
    if (fused) {
      states.put(FeatureId.FUSED_PQ, node -> new FusedPQ.State(view, codes, node));
    }
    try (view;
        var writer = settings.build()) {
      writer.write(states);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  RandomAccessVectorValues vectors() {
    return vectors;
  }

  ImmutableGraphIndex graph() {
    return graph;
  }

  PQVectors codes() {
    return codes;
  }
}
