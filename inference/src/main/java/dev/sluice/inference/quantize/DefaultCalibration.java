package dev.sluice.inference.quantize;

import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Calibration texts for whoever has none at hand: short English questions and passages about many
 * things, written for this purpose.
 */
public final class DefaultCalibration {
  private static final String NAME = "calibration.jsonl";

  private DefaultCalibration() {}

  /**
   * Writes the texts into a folder, for {@link ModelQuantizer#quantize}, and returns their file.
   */
  public static Path write(Path folder) {
    Path file = folder.resolve(NAME);
    try (InputStream in = DefaultCalibration.class.getResourceAsStream(NAME)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + NAME + " is missing");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ResourceException("Cannot write " + file + ": " + e, e);
    }
    return file;
  }
}
