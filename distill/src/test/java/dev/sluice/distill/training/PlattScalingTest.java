package dev.sluice.distill.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.inference.ScoreCalibration;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PlattScalingTest {

  @Test
  void findsTheScaleAndShiftThatScoresWereDrawnWith() {
    Random random = new Random(7);
    DoubleStream.Builder relevant = DoubleStream.builder();
    DoubleStream.Builder others = DoubleStream.builder();
    for (int i = 0; i < 20_000; i++) {
      double score = 30 + 4 * random.nextGaussian();
      double probability = 1 / (1 + Math.exp(-(0.5 * score - 17)));
      (random.nextDouble() < probability ? relevant : others).add(score);
    }

    ScoreCalibration fitted =
        PlattScaling.fit(relevant.build().toArray(), others.build().toArray());

    assertEquals(0.5, fitted.scale(), 0.03);
    assertEquals(34, -fitted.shift() / fitted.scale(), 0.2);
  }

  @Test
  void staysFiniteWhereScoresTellTheTwoKindsApartWithoutFault() {
    ScoreCalibration fitted =
        PlattScaling.fit(new double[] {5, 6, 7}, new double[] {-7, -6, -5, -4});

    assertTrue(fitted.probability(6) > 0.9, fitted.toString());
    assertTrue(fitted.probability(-6) < 0.1, fitted.toString());
  }
}
