package dev.sluice.inference.quantize;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultCalibrationTest {

  @Test
  void hasPairsForEveryKindOfModel(@TempDir Path folder) {
    List<CalibrationTexts.Item> items = CalibrationTexts.read(DefaultCalibration.write(folder));
    assertTrue(items.size() >= 50, items.size() + " texts");
    assertTrue(
        items.stream().allMatch(item -> item.query().isPresent() && item.passage().isPresent()));
  }
}
