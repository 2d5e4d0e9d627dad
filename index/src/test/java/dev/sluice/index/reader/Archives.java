package dev.sluice.index.reader;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes archives and compressed content. */
final class Archives {

  /** In place of a content: the entry is a symbolic link. */
  static final String LINK = "-> /etc/hostname";

  private Archives() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  static byte[] zstd(byte[] content) {
    return Zstd.compress(content);
  }

  static byte[] zip(Map<String, String> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(bytes(entry.getValue()));
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }

  static byte[] tar(Map<String, String> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        add(tar, entry.getKey(), entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private static void add(TarArchiveOutputStream tar, String name, String content)
      throws IOException {
    boolean link = content.equals(LINK);
    TarArchiveEntry entry =
        link
            ? new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true)
            : new TarArchiveEntry(name, true);
    if (link) {
      entry.setLinkName("/etc/hostname");
    }
    byte[] bytes = link ? new byte[0] : bytes(content);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
