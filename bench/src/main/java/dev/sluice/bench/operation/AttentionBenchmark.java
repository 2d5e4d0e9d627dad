package dev.sluice.bench.operation;

import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** {@link Kernels#attention} within one sequence. */
@State(Scope.Benchmark)
public class AttentionBenchmark {
  @Param("")
  String kernels;

  @Param({"32", "128", "512"})
  int tokens;

  @Param({"false", "true"})
  boolean firstQueryOnly;

  private Operands operands;
  private Kernels implementation;
  private MemorySegment queriesKeysValues;
  private MemorySegment offsets;
  private Activations out;
  private MemorySegment scratch;

  @Setup
  public void allocate() {
    operands = new Operands();
    implementation = Operands.kernels(kernels);
    queriesKeysValues = operands.floats(3 * tokens * Operands.SHAPE.hidden());
    offsets = operands.integers(2, 1);
    offsets.setAtIndex(ValueLayout.JAVA_INT, 1, tokens);
    out = operands.room(tokens, Operands.SHAPE.hidden());
    scratch = operands.scratch(implementation);
  }

  @Benchmark
  public Activations attention() {
    implementation.attention(
        queriesKeysValues,
        offsets,
        1,
        firstQueryOnly,
        Operands.SHAPE.heads(),
        Operands.SHAPE.headSize(),
        out,
        scratch);
    return out;
  }

  @TearDown
  public void free() {
    operands.free();
  }
}
