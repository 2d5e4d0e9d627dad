package dev.sluice.distill.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The steps of a training, from its last checkpoint to the end. The parameters that scored best on
 * what is held out are kept beside it.
 */
final class Training<B> {
  /** The file of the best parameters so far. */
  static final String BEST = "best.safetensors";

  private static final String STEPS = "steps";
  private static final String BEST_SCORE = "best";
  private static final float MAX_NORM = 1;
  private static final int REPORT_EVERY = 10;

  private final Torch torch;
  private final JointLayers layers;
  private final Objective<B> objective;
  private final TrainingPlan plan;
  private final String run;
  private final TrainingListener listener;
  private final List<Parameter> parameters = new ArrayList<>();
  private final AdamW optimizer;
  private double best = Double.NEGATIVE_INFINITY;

  /**
   * @param run all options that a checkpoint must agree with
   */
  Training(
      Torch torch,
      JointLayers layers,
      Objective<B> objective,
      TrainingPlan plan,
      String run,
      TrainingListener listener) {
    this.torch = torch;
    this.layers = layers;
    this.objective = objective;
    this.plan = plan;
    this.run = run;
    this.listener = listener;
    parameters.addAll(layers.parameters());
    parameters.addAll(objective.headParameters());
    this.optimizer = new AdamW(torch.manager(), parameters, plan.weightDecay(), MAX_NORM);
  }

  /** Trains to the end of the plan; layers and head then are the best ones. */
  void run() {
    try {
      Files.createDirectories(plan.work());
    } catch (IOException e) {
      throw new ResourceException("Cannot make the folder " + plan.work() + ": " + e, e);
    }
    Checkpoint checkpoint = new Checkpoint(plan.work(), run);
    Optional<Map<String, String>> progress =
        checkpoint.resume(state -> ParameterFile.read(state, parameters, optimizer));
    if (progress.isPresent()) {
      best = Double.parseDouble(progress.get().get(BEST_SCORE));
      optimizer.resume(Long.parseLong(progress.get().get(STEPS)));
      objective.skip(optimizer.steps());
      listener.note("going on from step " + optimizer.steps());
    } else {
      evaluate();
    }
    try (StopRequest stop = new StopRequest()) {
      steps(checkpoint, stop);
    }
    ParameterFile.read(bestFile(), parameters);
  }

  private void steps(Checkpoint checkpoint, StopRequest stop) {
    long saved = System.nanoTime();
    long reported = System.nanoTime();
    double losses = 0;
    int counted = 0;
    while (optimizer.steps() < plan.steps()) {
      losses += step();
      counted++;
      long step = optimizer.steps();
      if (stop.asked()) {
        save(checkpoint);
        stop.leave();
      }
      if (counted == REPORT_EVERY) {
        double seconds = (System.nanoTime() - reported) / 1e9;
        Duration left = Duration.ofSeconds(Math.round(seconds / counted * (plan.steps() - step)));
        listener.progress(step, plan.steps(), losses / counted, counted / seconds, left);
        losses = 0;
        counted = 0;
        reported = System.nanoTime();
      }
      if (step % plan.evaluateEvery() == 0 || step == plan.steps()) {
        evaluate();
        reported = System.nanoTime();
        counted = 0;
        losses = 0;
      }
      if (System.nanoTime() - saved > plan.checkpointEvery().toNanos() || step == plan.steps()) {
        save(checkpoint);
        saved = System.nanoTime();
      }
    }
  }

  private void save(Checkpoint checkpoint) {
    checkpoint.write(
        Map.of(STEPS, Long.toString(optimizer.steps()), BEST_SCORE, Double.toString(best)),
        state -> ParameterFile.add(state, parameters, optimizer));
  }

  private float step() {
    long step = optimizer.steps();
    B examples = objective.next();
    try (NDManager scope = torch.manager().newSubManager()) {
      float value;
      try (GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray loss = objective.loss(scope, layers, examples, plan.rounding(step));
        value = loss.toFloatArray()[0];
        gradients.backward(loss);
      }
      optimizer.step(scope, plan.learningRate(step));
      return value;
    }
  }

  private void evaluate() {
    Objective.Score score = objective.evaluate(layers, listener::evaluating);
    boolean isBest = score.value() > best;
    if (isBest) {
      best = score.value();
      ParameterFile.write(bestFile(), parameters);
    }
    listener.evaluated(optimizer.steps(), score.value(), score.text(), isBest);
  }

  private Path bestFile() {
    return plan.work().resolve(BEST);
  }
}
