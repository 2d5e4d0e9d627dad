package dev.sluice.bench.operation;

import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.LinearWeights;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** {@link Kernels#multiplyGelu}, as between the two halves of a feed-forward layer. */
@State(Scope.Benchmark)
public class MultiplyGeluBenchmark {
  @Param("")
  String kernels;

  @Param({"1", "32", "128", "512"})
  int rows;

  private Operands operands;
  private Kernels implementation;
  private LinearWeights weights;
  private Activations in;
  private Activations out;
  private MemorySegment scratch;

  @Setup
  public void allocate() {
    int inputs = Operands.SHAPE.hidden();
    int outputs = Operands.SHAPE.intermediate();
    operands = new Operands();
    implementation = Operands.kernels(kernels);
    weights = operands.weights(inputs, outputs);
    in = operands.activations(rows, inputs);
    out = operands.room(rows, outputs);
    scratch = operands.scratch(implementation);
  }

  @Benchmark
  public int multiplyGelu() {
    return implementation.multiplyGelu(in, rows, weights, out, scratch);
  }

  @TearDown
  public void free() {
    operands.free();
  }
}
