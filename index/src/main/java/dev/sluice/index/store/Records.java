package dev.sluice.index.store;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.Mark;
import dev.sluice.index.Place;
import dev.sluice.index.Span;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.ByteArrayDataInput;
import org.apache.lucene.store.ByteBuffersDataOutput;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.DataOutput;

/**
 * The bytes of keys and values. Keys are big-endian, so that RocksDB keeps them in the order of
 * their numbers. Values are Lucene's {@code DataOutput} forms:
 *
 * <ul>
 *   <li>document: string id, title, uri; map of strings metadata; string stamp, content hash; vint
 *       text bytes, first passage, number of passages; vlong tokens
 *   <li>passage: vint document, ordinal, span from, span length, tokens, number of headings; a
 *       string each; vint number of marks and, if there are any, a byte with the kind of their
 *       places; for each mark vint offset, vlong from (zigzag), both less those before it (the
 *       first offset less the span's), vlong to less from. Earlier records end with the headings.
 *   <li>archive: string stamp; vint documents, number of things left out; strings where and reason
 *       each
 * </ul>
 */
final class Records {

  private Records() {}

  static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  static byte[] key(int number, int chunk) {
    return ByteBuffer.allocate(2 * Integer.BYTES).putInt(number).putInt(chunk).array();
  }

  static byte[] key(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  static int number(byte[] value) {
    return ByteBuffer.wrap(value).getInt();
  }

  static byte[] encode(StoredDocument document) throws IOException {
    ByteBuffersDataOutput out = new ByteBuffersDataOutput();
    out.writeString(document.id());
    out.writeString(document.title());
    out.writeString(document.uri());
    out.writeMapOfStrings(document.metadata());
    out.writeString(document.stamp());
    out.writeString(document.contentHash());
    out.writeVInt(document.textBytes());
    out.writeVInt(document.firstPassage());
    out.writeVInt(document.passages());
    out.writeVLong(document.tokens());
    return out.toArrayCopy();
  }

  static StoredDocument document(byte[] value) throws IOException {
    ByteArrayDataInput in = new ByteArrayDataInput(value);
    return new StoredDocument(
        in.readString(),
        in.readString(),
        in.readString(),
        in.readMapOfStrings(),
        in.readString(),
        in.readString(),
        in.readVInt(),
        in.readVInt(),
        in.readVInt(),
        in.readVLong());
  }

  static byte[] encode(StoredPassage passage) throws IOException {
    ByteBuffersDataOutput out = new ByteBuffersDataOutput();
    out.writeVInt(passage.document());
    out.writeVInt(passage.ordinal());
    out.writeVInt(passage.span().from());
    out.writeVInt(passage.span().length());
    out.writeVInt(passage.tokens());
    out.writeVInt(passage.headings().size());
    for (String heading : passage.headings()) {
      out.writeString(heading);
    }
    writeMarks(passage, out);
    return out.toArrayCopy();
  }

  static byte[] encode(StoredArchive archive) throws IOException {
    ByteBuffersDataOutput out = new ByteBuffersDataOutput();
    out.writeString(archive.stamp());
    out.writeVInt(archive.documents());
    out.writeVInt(archive.leftOut().size());
    for (Skipped skipped : archive.leftOut()) {
      out.writeString(skipped.where());
      out.writeString(skipped.reason());
    }
    return out.toArrayCopy();
  }

  static StoredArchive archive(byte[] value) throws IOException {
    ByteArrayDataInput in = new ByteArrayDataInput(value);
    String stamp = in.readString();
    int documents = in.readVInt();
    int count = in.readVInt();
    List<Skipped> leftOut = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leftOut.add(new Skipped(in.readString(), in.readString()));
    }
    return new StoredArchive(stamp, documents, leftOut);
  }

  private static void writeMarks(StoredPassage passage, DataOutput out) throws IOException {
    out.writeVInt(passage.marks().size());
    int at = passage.span().from();
    long from = 0;
    for (Mark mark : passage.marks()) {
      Place place = mark.place();
      if (mark == passage.marks().getFirst()) {
        out.writeByte((byte) place.kind().ordinal());
      }
      out.writeVInt(mark.at() - at);
      out.writeZLong(place.from() - from);
      out.writeVLong(place.to() - place.from());
      at = mark.at();
      from = place.from();
    }
  }

  private static List<Mark> marks(int at, DataInput in) throws IOException {
    int count = in.readVInt();
    if (count == 0) {
      return List.of();
    }
    Place.Kind kind = Place.Kind.values()[in.readByte()];
    List<Mark> marks = new ArrayList<>(count);
    long from = 0;
    for (int i = 0; i < count; i++) {
      at += in.readVInt();
      from += in.readZLong();
      marks.add(new Mark(at, new Place(kind, from, from + in.readVLong())));
    }
    return marks;
  }

  static StoredPassage passage(byte[] value) throws IOException {
    ByteArrayDataInput in = new ByteArrayDataInput(value);
    int document = in.readVInt();
    int ordinal = in.readVInt();
    int from = in.readVInt();
    Span span = new Span(from, from + in.readVInt());
    int tokens = in.readVInt();
    int count = in.readVInt();
    List<String> headings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headings.add(in.readString());
    }
    List<Mark> marks = in.eof() ? List.of() : marks(from, in);
    return new StoredPassage(document, ordinal, span, tokens, headings, marks);
  }
}
