package dev.sluice.distill;

import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What came of a distillation.
 *
 * @param pack its folder
 * @param examples how many queries, or pairs of query and passage, it was trained on
 * @param steps how many steps it was trained for
 * @param heldOut measures on what was held out
 * @param bytes of its files
 */
public record DistillReport(Path pack, long examples, long steps, String heldOut, long bytes) {

  /** With the sizes of the files that are there now. */
  public static DistillReport of(Path pack, long examples, long steps, String heldOut) {
    try (Stream<Path> files = Files.list(pack)) {
      long bytes = files.mapToLong(file -> file.toFile().length()).sum();
      return new DistillReport(pack, examples, steps, heldOut, bytes);
    } catch (IOException e) {
      throw new ResourceException("Cannot list " + pack + ": " + e, e);
    }
  }
}
