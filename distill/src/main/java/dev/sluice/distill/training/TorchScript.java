package dev.sluice.distill.training;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Programs in TorchScript, PyTorch's own language, which PyTorch compiles when it opens them. They
 * are there for what DJL's arrays do not offer: products in bfloat16, which take half the time, and
 * rounding with gradients that pass through it.
 *
 * <p>An archive (https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md)
 * is a zip file, uncompressed: {@code data.pkl}, the pickled object, here one of the class {@code
 * Program} without tensors; {@code code/__torch__.py}, the program's text; {@code constants.pkl},
 * an empty tuple; and {@code version}.
 */
final class TorchScript {
  /** {@code __torch__.Program} with the one field {@code training} = true, in pickle protocol 2. */
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nProgram\n)\u0081}(X\b\0\0\0training\u0088ub.";

  private static final String EMPTY_TUPLE = "\u0080\u0002).";
  private static final String VERSION = "3\n";

  private TorchScript() {}

  /** The archive of the program in the resource {@code NAME.torchscript} of this package. */
  static byte[] archive(String name) {
    try (InputStream program = TorchScript.class.getResourceAsStream(name + ".torchscript")) {
      if (program == null) {
        throw new IllegalArgumentException("there is no program " + name + ".torchscript");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        zip.setMethod(ZipOutputStream.STORED);
        store(zip, name + "/data.pkl", OBJECT.getBytes(StandardCharsets.ISO_8859_1));
        store(zip, name + "/code/__torch__.py", program.readAllBytes());
        store(zip, name + "/constants.pkl", EMPTY_TUPLE.getBytes(StandardCharsets.ISO_8859_1));
        store(zip, name + "/version", VERSION.getBytes(StandardCharsets.ISO_8859_1));
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
