package dev.sluice.inference.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.inference.fp4.E4M3;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Turns a good file into one that is damaged, by a random generator. */
final class HostileFiles {
  /** The prefixes of the good file's FP4 matrices. */
  static final List<String> MATRICES = List.of("nv", "mx");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "2",
          "3",
          "4",
          "8",
          "16",
          "32",
          "63",
          "64",
          "65",
          "-1",
          "-0",
          "1.0",
          "1e2",
          "2147483647",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "-9223372036854775808",
          "9223372036854775808",
          "18446744073709551615",
          "1e999",
          "null",
          "[]",
          "\"1\"",
          "");
  private static final List<String> TYPES =
      List.of("F64", "F32", "F16", "BF16", "I64", "I8", "U8", "F8_E4M3", "BOOL", "F4", "", "f32");
  private static final long[] LENGTHS = {
    0,
    1,
    2,
    8,
    100_000_000,
    100_000_001,
    Integer.MAX_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    -1,
    -8,
    Long.MIN_VALUE
  };
  private static final Pattern NUMBER = Pattern.compile("(?<=[\\[,])\\d+");
  private static final Pattern TYPE = Pattern.compile("(?<=\"dtype\":\")[A-Z0-9_]+");
  private static final Pattern NAME = Pattern.compile("(?<=[{,]\")[a-z_0-9.]+(?=\":)");
  private static final Pattern ENTRY = Pattern.compile("\"[a-z_.]+\":\\{\"dtype\"[^}]*},?");

  private final byte[] good;
  private final int headerEnd;

  private HostileFiles(byte[] good) {
    this.good = good;
    this.headerEnd = Long.BYTES + (int) bytes(good).getLong(0);
  }

  /** Around a file with tensors of all kinds of shapes and two FP4 matrices. */
  static HostileFiles around(Path folder) throws IOException {
    Path path = folder.resolve("good.safetensors");
    byte[] nvfp4 = new byte[8];
    Arrays.fill(nvfp4, E4M3.encode(2));
    byte[] mxfp4 = new byte[2];
    Arrays.fill(mxfp4, (byte) 120);
    SafetensorsWriter writer =
        new SafetensorsWriter(path)
            .metadata("format", "pt")
            .add("layer.weight", List.of(4L, 4L), new float[16])
            .add("layer.bias", List.of(3L), new float[3])
            .add("half", DType.F16, List.of(2L, 1L, 2L), MemorySegment.ofArray(new byte[8]))
            .add("brain", DType.BF16, List.of(5L), MemorySegment.ofArray(new byte[10]))
            .add("ids", DType.I64, List.of(2L), MemorySegment.ofArray(new byte[16]))
            .add("scalar", List.of(), new float[1])
            .add("empty", List.of(0L, 3L), new float[0]);
    Fp4Tensors.write(writer, "nv", matrix(Fp4Format.NVFP4, 4, 32, nvfp4));
    Fp4Tensors.write(writer, "mx", matrix(Fp4Format.MXFP4, 2, 32, mxfp4));
    writer.write();
    return new HostileFiles(Files.readAllBytes(path));
  }

  private static Fp4Matrix matrix(Fp4Format format, int rows, int columns, byte[] scales) {
    return Fp4Matrix.of(
        format,
        rows,
        columns,
        MemorySegment.ofArray(new byte[rows * columns / 2]),
        MemorySegment.ofArray(scales),
        1);
  }

  private static ByteBuffer bytes(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  byte[] good() {
    return good.clone();
  }

  /** A file with one kind of damage, sometimes with two or three. */
  byte[] next(Random random) {
    byte[] data = Arrays.copyOfRange(good, headerEnd, good.length);
    String header = new String(good, Long.BYTES, headerEnd - Long.BYTES, ISO_8859_1);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      header = changed(header, random);
    }
    return switch (random.nextInt(9)) {
      case 0 -> Arrays.copyOf(good, random.nextInt(good.length));
      case 1 -> flipped(good, 0, headerEnd, random);
      case 2 -> {
        byte[] file = good.clone();
        bytes(file).putLong(0, LENGTHS[random.nextInt(LENGTHS.length)]);
        yield file;
      }
      case 3 -> {
        byte[] file = good.clone();
        bytes(file).putLong(0, headerEnd - Long.BYTES + random.nextInt(-80, 81));
        yield file;
      }
      case 4 -> Arrays.copyOf(good, good.length + 1 + random.nextInt(100));
      case 5 -> flipped(good, headerEnd, good.length, random);
      case 6 -> flipped(withoutChecksums(header, data), 0, 8, random);
      default -> withoutChecksums(header, data);
    };
  }

  private static byte[] flipped(byte[] file, int from, int to, Random random) {
    byte[] flipped = file.clone();
    int bits = 1 + random.nextInt(4);
    for (int i = 0; i < bits; i++) {
      flipped[random.nextInt(from, to)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] withoutChecksums(String header, byte[] data) {
    byte[] json = header.getBytes(ISO_8859_1);
    byte[] file = SafetensorsBytes.of(json.length, json, data.length);
    System.arraycopy(data, 0, file, Long.BYTES + json.length, data.length);
    return file;
  }

  private static String changed(String header, Random random) {
    return switch (random.nextInt(9)) {
      case 0, 1, 2 -> replaced(header, NUMBER, any(NUMBERS, random), random);
      case 3 -> replaced(header, TYPE, any(TYPES, random), random);
      case 4 -> replaced(header, NAME, any(all(header, NAME), random), random);
      case 5 -> replaced(header, ENTRY, "", random);
      case 6 -> {
        String entry = any(all(header, ENTRY), random);
        yield replaced(header, ENTRY, entry.endsWith(",") ? entry + entry : entry, random);
      }
      case 7 -> {
        int at = random.nextInt(header.length());
        yield header.substring(0, at) + (char) random.nextInt(256) + header.substring(at);
      }
      default -> {
        int from = random.nextInt(header.length());
        int to = Math.min(header.length(), from + 1 + random.nextInt(8));
        yield header.substring(0, from) + header.substring(to) + " ".repeat(to - from);
      }
    };
  }

  private static List<String> all(String header, Pattern pattern) {
    return pattern.matcher(header).results().map(MatchResult::group).toList();
  }

  private static String any(List<String> choices, Random random) {
    return choices.isEmpty() ? "" : choices.get(random.nextInt(choices.size()));
  }

  private static String replaced(
      String header, Pattern pattern, String replacement, Random random) {
    List<MatchResult> places = pattern.matcher(header).results().toList();
    if (places.isEmpty()) {
      return header;
    }
    MatchResult place = places.get(random.nextInt(places.size()));
    return header.substring(0, place.start()) + replacement + header.substring(place.end());
  }
}
