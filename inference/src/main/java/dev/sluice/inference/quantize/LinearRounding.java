package dev.sluice.inference.quantize;

import dev.sluice.inference.fp4.Fp4Format;
import java.util.Optional;

/** Rounds one linear layer by a recipe, given what is known of its inputs. */
final class LinearRounding {
  private final Recipe recipe;
  private final Fp4Format format;
  private final Workers workers;

  LinearRounding(Recipe recipe, Fp4Format format, Workers workers) {
    this.recipe = recipe;
    this.format = format;
    this.workers = workers;
  }

  /** The Hessian that the recipe wants of a layer's inputs. */
  Hessian hessian(LayerInputs inputs) {
    return Hessian.of(
        recipe.correctBias() ? inputs.centredProducts() : inputs.products(),
        inputs.size(),
        recipe.damp(),
        workers);
  }

  /**
   * Rounds a layer.
   *
   * @param missing what its output lacks in the network with FP4 weights, if that was gathered
   */
  Rounded round(
      BertTensors.Linear linear,
      LayerInputs inputs,
      Hessian hessian,
      Optional<LayerInputs.Missing> missing) {
    float[] target = linear.weights();
    if (recipe.compensation() > 0 && missing.isPresent()) {
      double[] sums =
          recipe.correctBias() ? missing.get().centredProducts(inputs) : missing.get().products();
      target =
          Compensation.apply(
              target, linear.outputs(), sums, hessian, recipe.compensation(), workers);
    }
    int rows = linear.outputs();
    int columns = linear.inputs();
    ScaleGrid grid = ScaleGrid.of(format, ScaleSearch.largest(target, 0, target.length));
    RoundedMatrix matrix =
        switch (recipe.method()) {
          case PLAIN -> ScaleSearch.plain(target, rows, columns, grid);
          case SCALE_SEARCH ->
              ScaleSearch.round(target, rows, columns, grid, hessian.diagonal(), workers);
          case GPTQ -> Gptq.round(target, rows, hessian, grid, workers);
        };
    float[] values = matrix.values();
    float[] bias =
        recipe.correctBias() ? correctedBias(linear, values, inputs, missing) : linear.bias();
    return new Rounded(
        linear.with(values, bias), matrix, report(linear, values, inputs.products()));
  }

  /** Takes up the mean of what the output lacks, by rounding and by what the inputs lack. */
  private static float[] correctedBias(
      BertTensors.Linear linear,
      float[] values,
      LayerInputs inputs,
      Optional<LayerInputs.Missing> missing) {
    double[] mean = inputs.mean();
    float[] bias = new float[linear.outputs()];
    for (int n = 0; n < bias.length; n++) {
      double lacking = missing.isPresent() ? missing.get().sum()[n] / inputs.weight() : 0;
      for (int k = 0; k < mean.length; k++) {
        int at = n * mean.length + k;
        lacking += ((double) linear.weights()[at] - values[at]) * mean[k];
      }
      bias[n] = (float) (linear.bias()[n] + lacking);
    }
    return bias;
  }

  private TensorReport report(BertTensors.Linear linear, float[] values, double[] products) {
    float[] w = linear.weights();
    int rows = linear.outputs();
    ScaleGrid grid = ScaleGrid.of(format, ScaleSearch.largest(w, 0, w.length));
    float[] plain = ScaleSearch.plain(w, rows, linear.inputs(), grid).values();
    return new TensorReport(
        linear.name(),
        rows,
        linear.inputs(),
        RelativeError.ofValues(w, values),
        RelativeError.ofOutputs(w, values, rows, products, workers),
        RelativeError.ofOutputs(w, plain, rows, products, workers),
        RelativeError.outlier(w));
  }
}
