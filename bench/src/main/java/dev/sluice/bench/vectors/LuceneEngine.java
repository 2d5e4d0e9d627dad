package dev.sluice.bench.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * Lucene's HNSW graph over scalar-quantised vectors, in one segment. Searched below the level of
 * Lucene's queries, which would only add to it.
 */
final class LuceneEngine implements Engine {
  private static final String FIELD = "vector";
  private static final double BUFFER_MEGABYTES = 2000; // all of one segment
  private static final int M = 16;
  private static final int EF_CONSTRUCTION = 100;

  private final Path folder;
  private final DirectoryReader reader;
  private final LeafReader leaf;
  private final boolean rescores;

  private LuceneEngine(Path folder, DirectoryReader reader, boolean rescores) {
    this.folder = folder;
    this.reader = reader;
    this.leaf = reader.leaves().getFirst().reader();
    this.rescores = rescores;
  }

  static void build(Path folder, float[][] vectors, ScalarEncoding encoding) throws IOException {
    KnnVectorsFormat format =
        new Lucene104HnswScalarQuantizedVectorsFormat(encoding, M, EF_CONSTRUCTION);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setRAMBufferSizeMB(BUFFER_MEGABYTES)
            .setUseCompoundFile(false)
            .setCodec(
                new Lucene104Codec() {
                  @Override
                  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                    return format;
                  }
                });
    try (Directory directory = FSDirectory.open(folder(folder, encoding));
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (float[] vector : vectors) {
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vector, VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
      writer.commit();
    }
  }

  /**
   * @param rescores whether all that the walk of the graph keeps are scored with the original
   *     vectors
   */
  static Engine open(Path folder, ScalarEncoding encoding, boolean rescores) throws IOException {
    Path own = folder(folder, encoding);
    DirectoryReader reader = DirectoryReader.open(new MMapDirectory(own));
    return new LuceneEngine(own, reader, rescores);
  }

  private static Path folder(Path folder, ScalarEncoding encoding) {
    return folder.resolve("lucene-" + encoding.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public int[] search(float[] query, int k, int breadth) throws IOException {
    TopKnnCollector collector =
        new TopKnnCollector(breadth, Integer.MAX_VALUE, KnnSearchStrategy.Hnsw.DEFAULT);
    leaf.searchNearestVectors(
        FIELD, query, collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
    ScoreDoc[] found = collector.topDocs().scoreDocs;
    if (rescores) {
      rescore(query, found);
    }
    return Stream.of(found).limit(k).mapToInt(hit -> hit.doc).toArray();
  }

  private void rescore(float[] query, ScoreDoc[] found) throws IOException {
    Arrays.sort(found, Comparator.comparingInt(hit -> hit.doc));
    FloatVectorValues values = leaf.getFloatVectorValues(FIELD);
    VectorScorer scorer = values.rescorer(query);
    DocIdSetIterator at = scorer.iterator();
    for (ScoreDoc hit : found) {
      at.advance(hit.doc);
      hit.score = scorer.score();
    }
    Arrays.sort(found, Comparator.comparingDouble(hit -> -hit.score));
  }

  /** Graph and codes, and the original vectors where they are read. */
  @Override
  public long bytes() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean searched = name.endsWith(".vex") || name.endsWith(".veq");
        if (searched || (rescores && name.endsWith(".vec"))) {
          bytes += Files.size(file);
        }
      }
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    reader.directory().close();
  }
}
