package dev.sluice.bench.operation;

import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.EmbeddingTables;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.LayerNorm;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** {@link Kernels#embed}, of tokens from all over the vocabulary. */
@State(Scope.Benchmark)
public class EmbedBenchmark {
  @Param("")
  String kernels;

  @Param({"1", "32", "128", "512"})
  int rows;

  private Operands operands;
  private Kernels implementation;
  private EmbeddingTables tables;
  private LayerNorm norm;
  private MemorySegment ids;
  private MemorySegment positions;
  private MemorySegment types;
  private MemorySegment x;
  private Activations out;

  @Setup
  public void allocate() {
    EncoderShape shape = Operands.SHAPE;
    operands = new Operands();
    implementation = Operands.kernels(kernels);
    tables =
        new EmbeddingTables(
            shape.hidden(),
            operands.matrix(shape.vocabulary(), shape.hidden()),
            operands.floats(shape.positions() * shape.hidden()),
            operands.floats(shape.types() * shape.hidden()));
    norm = operands.norm();
    ids = operands.integers(rows, shape.vocabulary());
    positions = operands.integers(rows, shape.positions());
    types = operands.integers(rows, shape.types());
    x = operands.floats(rows * shape.hidden());
    out = operands.room(rows, shape.hidden());
  }

  @Benchmark
  public Activations embed() {
    implementation.embed(tables, norm, ids, positions, types, rows, x, out);
    return out;
  }

  @TearDown
  public void free() {
    operands.free();
  }
}
