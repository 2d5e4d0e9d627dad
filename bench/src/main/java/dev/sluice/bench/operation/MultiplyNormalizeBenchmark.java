package dev.sluice.bench.operation;

import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.LayerNorm;
import dev.sluice.inference.kernel.LinearWeights;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** {@link Kernels#multiplyNormalize}. */
@State(Scope.Benchmark)
public class MultiplyNormalizeBenchmark {
  @Param("")
  String kernels;

  /** Inputs and outputs. */
  @Param({"384x384", "1536x384"})
  String layer;

  @Param({"1", "32", "128", "512"})
  int rows;

  private Operands operands;
  private Kernels implementation;
  private LinearWeights weights;
  private Activations in;
  private MemorySegment x;
  private LayerNorm norm;
  private Activations out;
  private MemorySegment scratch;

  @Setup
  public void allocate() {
    int inputs = Integer.parseInt(layer.substring(0, layer.indexOf('x')));
    int outputs = Integer.parseInt(layer.substring(layer.indexOf('x') + 1));
    operands = new Operands();
    implementation = Operands.kernels(kernels);
    weights = operands.weights(inputs, outputs);
    in = operands.activations(rows, inputs);
    x = operands.floats(rows * outputs);
    norm = operands.norm();
    out = operands.room(rows, outputs);
    scratch = operands.scratch(implementation);
  }

  @Benchmark
  public int multiplyNormalize() {
    return implementation.multiplyNormalize(in, rows, weights, x, norm, out, scratch);
  }

  @TearDown
  public void free() {
    operands.free();
  }
}
