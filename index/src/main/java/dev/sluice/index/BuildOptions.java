package dev.sluice.index;

import dev.sluice.index.field.FieldCatalog;
import dev.sluice.index.field.FieldType;
import dev.sluice.index.lexical.Analyzers;
import dev.sluice.index.vector.CodeWidth;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How to build an index. What is left open is taken from the index where there is one, else it is
 * the default.
 *
 * @param passages how documents are cut: {@code sentence[:budget:overlap]} or {@code whole}
 * @param analyzer name of the text analysis, see {@link Analyzers}
 * @param embedder name or folder of the model of the vectors, or {@link IndexSettings#NO_EMBEDDER}
 * @param vectorBits how many bits of a component of a vector are kept, 8 or 4: half of them save
 *     more than half of the room of a vector, as its graph gets fewer links too; what is best for
 *     the embedder if left open
 * @param memoryBytes rough limit of what the build buffers outside of the models
 * @param commitEvery a long build commits at this interval, so that a later run goes on from there
 * @param mirror whether documents that the source no longer has are removed
 * @param fields types of fields of the documents' metadata by name; they are kept in the index, and
 *     those of other fields are inferred, see {@link FieldCatalog}
 */
public record BuildOptions(
    Optional<String> passages,
    Optional<String> analyzer,
    Optional<String> embedder,
    Optional<Integer> vectorBits,
    long memoryBytes,
    Duration commitEvery,
    boolean mirror,
    Map<String, FieldType> fields) {

  public BuildOptions {
    fields = Map.copyOf(fields);
    vectorBits.ifPresent(CodeWidth::ofBits);
  }

  public static final String DEFAULT_PASSAGES = "sentence";
  public static final String DEFAULT_EMBEDDER = "bge-small";

  public static BuildOptions defaults() {
    return new BuildOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        256L << 20,
        Duration.ofMinutes(1),
        false,
        Map.of());
  }

  public BuildOptions withPassages(String spec) {
    return new BuildOptions(
        Optional.of(spec),
        analyzer,
        embedder,
        vectorBits,
        memoryBytes,
        commitEvery,
        mirror,
        fields);
  }

  public BuildOptions withAnalyzer(String name) {
    return new BuildOptions(
        passages,
        Optional.of(name),
        embedder,
        vectorBits,
        memoryBytes,
        commitEvery,
        mirror,
        fields);
  }

  public BuildOptions withEmbedder(String name) {
    return new BuildOptions(
        passages,
        analyzer,
        Optional.of(name),
        vectorBits,
        memoryBytes,
        commitEvery,
        mirror,
        fields);
  }

  public BuildOptions withVectorBits(int bits) {
    return new BuildOptions(
        passages, analyzer, embedder, Optional.of(bits), memoryBytes, commitEvery, mirror, fields);
  }

  public BuildOptions withMemoryBytes(long bytes) {
    return new BuildOptions(
        passages, analyzer, embedder, vectorBits, bytes, commitEvery, mirror, fields);
  }

  public BuildOptions withCommitEvery(Duration interval) {
    return new BuildOptions(
        passages, analyzer, embedder, vectorBits, memoryBytes, interval, mirror, fields);
  }

  public BuildOptions withMirror(boolean on) {
    return new BuildOptions(
        passages, analyzer, embedder, vectorBits, memoryBytes, commitEvery, on, fields);
  }

  /** Declares the type of a field beside those declared so far. */
  public BuildOptions withField(String name, FieldType type) {
    Map<String, FieldType> more = new HashMap<>(fields);
    more.put(name, type);
    return new BuildOptions(
        passages, analyzer, embedder, vectorBits, memoryBytes, commitEvery, mirror, more);
  }
}
