package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), behind a limit on the norm of all
 * gradients together.
 */
final class AdamW {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.98f;
  private static final float EPSILON = 1e-8f;

  private final List<Parameter> parameters;
  private final List<NDArray> means;
  private final List<NDArray> squares;
  private final float decay;
  private final float maxNorm;
  private long steps;

  AdamW(NDManager manager, List<Parameter> parameters, float decay, float maxNorm) {
    this.parameters = List.copyOf(parameters);
    this.decay = decay;
    this.maxNorm = maxNorm;
    this.means = zeros(manager, parameters);
    this.squares = zeros(manager, parameters);
  }

  private static List<NDArray> zeros(NDManager manager, List<Parameter> parameters) {
    List<NDArray> zeros = new ArrayList<>();
    for (Parameter parameter : parameters) {
      zeros.add(manager.zeros(parameter.value().getShape(), parameter.value().getDataType()));
    }
    return zeros;
  }

  /** How often {@link #step} was called. */
  long steps() {
    return steps;
  }

  /** Takes the place of the optimiser that took so many steps. */
  void resume(long stepsTaken) {
    this.steps = stepsTaken;
  }

  /** The running means of gradients, in the order of the parameters. */
  List<NDArray> means() {
    return means;
  }

  /** The running means of squared gradients, in the order of the parameters. */
  List<NDArray> squares() {
    return squares;
  }

  /**
   * Moves all parameters against their gradients, and sets these to zero.
   *
   * @return the norm of all gradients together; where it is no number, nothing was moved
   */
  float step(NDManager manager, float learningRate) {
    float norm = norm(manager);
    steps++;
    if (Float.isFinite(norm)) {
      float clip = Math.min(1, maxNorm / (norm + 1e-6f));
      for (int i = 0; i < parameters.size(); i++) {
        move(manager, i, learningRate * parameters.get(i).rate(), clip);
      }
    }
    parameters.forEach(parameter -> Torch.zeroGradient(parameter.value()));
    return norm;
  }

  private float norm(NDManager manager) {
    double squared = 0;
    try (NDManager scope = manager.newSubManager()) {
      for (Parameter parameter : parameters) {
        NDArray gradient = parameter.value().getGradient();
        gradient.attach(scope);
        NDArray sum = gradient.square().sum();
        squared += sum.toFloatArray()[0];
      }
    }
    return (float) Math.sqrt(squared);
  }

  private void move(NDManager manager, int index, float rate, float clip) {
    Parameter parameter = parameters.get(index);
    try (NDManager scope = manager.newSubManager()) {
      NDArray gradient = parameter.value().getGradient();
      gradient.attach(scope);
      gradient = gradient.mul(clip);
      means.get(index).muli(BETA1).addi(gradient.mul(1 - BETA1));
      squares.get(index).muli(BETA2).addi(gradient.square().mul(1 - BETA2));
      float correction1 = (float) (1 - Math.pow(BETA1, steps));
      float correction2 = (float) (1 - Math.pow(BETA2, steps));
      NDArray mean = means.get(index).duplicate();
      NDArray square = squares.get(index).duplicate();
      mean.attach(scope);
      square.attach(scope);
      NDArray change = mean.div(correction1).div(square.div(correction2).sqrt().add(EPSILON));
      if (parameter.decays()) {
        NDArray held = parameter.value().stopGradient();
        held.attach(scope);
        change = change.add(held.mul(decay));
      }
      parameter.value().subi(change.mul(rate));
    }
  }
}
