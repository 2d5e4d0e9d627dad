package dev.sluice.distill.staticembedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ProductsTest {
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  @Test
  void addsTheProductOfMatricesOfAnySize() {
    for (int[] size : new int[][] {{1, 1, 1}, {3, 7, 5}, {17, 4, 33}, {40, 9, 2}}) {
      int rows = size[0];
      int inner = size[1];
      int columns = size[2];
      float[] a = numbers(rows * inner);
      float[] b = numbers(inner * columns);
      float[] c = numbers(rows * columns);
      float[] expected = c.clone();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            sum += (double) a[i * inner + k] * b[k * columns + j];
          }
          expected[i * columns + j] += (float) sum;
        }
      }
      Products.add(a, b, c, rows, inner, columns);
      assertArrayEquals(expected, c, 1e-4f, "seed " + seed);
    }
  }

  @Test
  void normalizeKeepsTheDirectionAndLeavesZeroAlone() {
    float[] values = {9, 3, 4, 0, 0};
    assertEquals(5, Products.normalize(values, 1, 2));
    assertEquals(0, Products.normalize(values, 3, 2));
    assertArrayEquals(new float[] {9, 0.6f, 0.8f, 0, 0}, values, 1e-6f);
  }
}
