package dev.sluice.inference.quantize;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code SHA256SUMS} of a folder, as {@code sha256sum} writes and checks it: a line for each other
 * file with 64 hexadecimal digits, two spaces and the name.
 */
public final class Sha256Sums {
  /** The name of the file. */
  public static final String NAME = "SHA256SUMS";

  private static final int DIGITS = 64;

  private Sha256Sums() {}

  /** Writes the checksums of the files of a folder, in the order of their names. */
  public static void write(Path folder) {
    StringBuilder sums = new StringBuilder();
    try (Stream<Path> inside = Files.list(folder)) {
      for (Path file : inside.sorted().toList()) {
        sums.append(of(file)).append("  ").append(file.getFileName()).append('\n');
      }
      Files.writeString(folder.resolve(NAME), sums);
    } catch (IOException e) {
      throw new ResourceException("Cannot write " + folder.resolve(NAME) + ": " + e, e);
    }
  }

  /**
   * Compares the files of a folder with its checksums.
   *
   * @return the names of the files, in the order of the lines
   * @throws InvalidInputException if the folder has no checksums
   * @throws DamagedException naming the first file that is missing or differs
   */
  public static List<String> check(Path folder) {
    Path sums = folder.resolve(NAME);
    if (!Files.isRegularFile(sums)) {
      throw new InvalidInputException(
          folder + " has no " + NAME + ", so its files cannot be checked.");
    }
    List<String> names = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(sums)) {
        if (line.length() < DIGITS + 3) {
          throw new DamagedException(
              sums + " has the line \"" + line + "\", which is no checksum with a name.");
        }
        String name = line.substring(DIGITS + 2);
        checkFile(folder.resolve(name), line.substring(0, DIGITS));
        names.add(name);
      }
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + sums + ": " + e, e);
    }
    return names;
  }

  private static void checkFile(Path file, String expected) {
    String found = Files.isRegularFile(file) ? of(file) : "no file";
    if (!found.equals(expected)) {
      throw new DamagedException(
          "%s must have the SHA-256 %s, but has %s. Fetch or quantise the model again."
              .formatted(file, expected, found));
    }
  }

  /** The SHA-256 of a file's bytes as lower-case hexadecimal digits. */
  static String of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }
}
