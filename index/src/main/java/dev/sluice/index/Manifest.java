package dev.sluice.index;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.error.DamagedException;
import dev.sluice.error.VersionException;
import dev.sluice.index.field.IndexField;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * Names everything that belongs to one commit. It is the only file of an index that is ever
 * replaced: what it names is written and synced before, under names that no earlier commit used,
 * and then the new manifest is renamed over the old one. The same bytes are in {@code manifest-N},
 * for the repair of an index whose manifest is damaged.
 *
 * <p>The file {@code manifest}:
 *
 * <ul>
 *   <li>{@link CodecUtil#writeHeader header} with codec name {@code SluiceManifest} and version
 *   <li>vint length and UTF-8 bytes of a JSON object with the components of this record
 *   <li>{@link CodecUtil#writeFooter footer} with the CRC-32 of all before it
 * </ul>
 *
 * @param generation number of the commit, from 1
 * @param lexical name of the Lucene commit file, {@code segments_N}, in the folder {@code lexical}
 * @param store name of the folder that is the RocksDB checkpoint
 * @param vectors names of the vector segments, in the folder {@code vectors}
 * @param deletes name of the file of deleted passages; empty when there are none
 * @param checksums name of the file with the checksums of the files of the other parts; empty in
 *     indexes of versions that wrote none
 * @param settings how documents become passages, terms and vectors
 * @param nextDocument the number that the next document gets
 * @param nextPassage the number that the next passage gets
 * @param documents number of live documents
 * @param passages number of live passages
 * @param tokens tokens of the live passages
 * @param textBytes UTF-8 bytes of the texts of the live documents
 * @param filterable whether the lexical index has what filters look into; not so in version 1
 * @param vectorsDueBelow passages of lower numbers may lack their vector: vectors are being added
 *     to an index that had none; 0 otherwise
 * @param fields the fields of the documents' metadata, by name
 */
record Manifest(
    long generation,
    String lexical,
    String store,
    List<String> vectors,
    String deletes,
    String checksums,
    IndexSettings settings,
    int nextDocument,
    int nextPassage,
    long documents,
    long passages,
    long tokens,
    long textBytes,
    boolean filterable,
    int vectorsDueBelow,
    List<IndexField> fields) {

  static final String FILE = "manifest";
  static final int VERSION = 3;
  private static final String CODEC = "SluiceManifest";
  static final String PENDING = "manifest.pending";

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  Manifest {
    vectors = List.copyOf(vectors);
    checksums = Objects.requireNonNullElse(checksums, "");
    fields = fields == null ? List.of() : List.copyOf(fields);
  }

  /** The manifest before the first commit. */
  static Manifest empty(IndexSettings settings) {
    return new Manifest(
        0, "", "", List.of(), "", "", settings, 0, 0, 0, 0, 0, 0, true, 0, List.of());
  }

  /** Replaces the manifest in the folder by this one, durably, in one step. */
  void write(Directory folder) throws IOException {
    String copy = IndexFolder.manifestName(generation);
    write(folder, copy);
    write(folder, PENDING);
    folder.sync(List.of(copy, PENDING));
    // What the manifest names must be in the folder before the manifest is.
    folder.syncMetaData();
    folder.rename(PENDING, FILE);
    folder.syncMetaData();
  }

  private void write(Directory folder, String file) throws IOException {
    try (IndexOutput out = folder.createOutput(file, IOContext.DEFAULT)) {
      CodecUtil.writeHeader(out, CODEC, VERSION);
      byte[] json = JSON.writeValueAsBytes(this);
      out.writeVInt(json.length);
      out.writeBytes(json, json.length);
      CodecUtil.writeFooter(out);
    }
  }

  /**
   * Reads the manifest of an index.
   *
   * @param where the folder's name for messages
   * @return empty when nothing has been committed yet
   */
  static Optional<Manifest> read(Directory folder, String where) throws IOException {
    return read(folder, FILE, where);
  }

  /** As {@link #read(Directory, String)}, from a file that may be the copy of a commit. */
  static Optional<Manifest> read(Directory folder, String name, String where) throws IOException {
    String file = where + "/" + name;
    try (ChecksumIndexInput in = folder.openChecksumInput(name)) {
      try {
        CodecUtil.checkHeader(in, CODEC, 1, VERSION);
        byte[] json = new byte[checkedLength(in)];
        in.readBytes(json, 0, json.length);
        CodecUtil.checkFooter(in);
        return Optional.of(JSON.readValue(json, Manifest.class));
      } catch (IndexFormatTooNewException e) {
        throw new VersionException(
            file
                + ": the index was written by a newer version of Sluice (format "
                + e.getVersion()
                + ", this one reads up to "
                + VERSION
                + "); use that version, or index the documents again into another folder",
            e);
      } catch (IndexFormatTooOldException e) {
        throw new VersionException(
            file + ": the format is older than this version reads; index the documents again", e);
      } catch (IOException e) {
        throw damaged(file, e);
      }
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static int checkedLength(ChecksumIndexInput in) throws IOException {
    int length = in.readVInt();
    long left = in.length() - in.getFilePointer() - CodecUtil.footerLength();
    if (length < 0 || length != left) {
      throw new IOException("length " + length + " where " + left + " bytes follow");
    }
    return length;
  }

  private static DamagedException damaged(String file, Exception cause) {
    return new DamagedException(
        file
            + ": the manifest is damaged ("
            + cause.getMessage()
            + "); mend the index with 'sluice index repair', or restore the file from a copy",
        cause);
  }
}
