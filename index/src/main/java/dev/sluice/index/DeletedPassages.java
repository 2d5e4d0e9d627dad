package dev.sluice.index;

import dev.sluice.error.DamagedException;
import java.io.IOException;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.FixedBitSet;

/**
 * The numbers of passages whose documents were replaced or removed while vector segments still hold
 * them.
 *
 * <p>The file {@code deletes-N}: {@link CodecUtil#writeHeader header} with codec name {@code
 * SluiceDeletes}, vint number of 64-bit words, the words (bit i of word w is passage 64w+i), {@link
 * CodecUtil#writeFooter footer}.
 */
final class DeletedPassages {
  private static final String CODEC = "SluiceDeletes";
  private static final int VERSION = 1;

  private FixedBitSet bits;

  DeletedPassages() {
    this(new FixedBitSet(64));
  }

  private DeletedPassages(FixedBitSet bits) {
    this.bits = bits;
  }

  boolean contains(int passage) {
    return passage < bits.length() && bits.get(passage);
  }

  boolean isEmpty() {
    return bits.scanIsEmpty();
  }

  int count() {
    return bits.cardinality();
  }

  void add(int passage) {
    bits = FixedBitSet.ensureCapacity(bits, passage + 1);
    bits.set(passage);
  }

  /** Forgets passages that no vector segment holds any more. */
  void retainIf(IntPredicate held) {
    for (int i = bits.nextSetBit(0); i != DocIdSetIterator.NO_MORE_DOCS; ) {
      if (!held.test(i)) {
        bits.clear(i);
      }
      i = i + 1 < bits.length() ? bits.nextSetBit(i + 1) : DocIdSetIterator.NO_MORE_DOCS;
    }
  }

  void write(Directory folder, String file) throws IOException {
    try (IndexOutput out = folder.createOutput(file, IOContext.DEFAULT)) {
      CodecUtil.writeHeader(out, CODEC, VERSION);
      long[] words = bits.getBits();
      int count = FixedBitSet.bits2words(bits.length());
      out.writeVInt(count);
      for (int i = 0; i < count; i++) {
        out.writeLong(words[i]);
      }
      CodecUtil.writeFooter(out);
    }
    folder.sync(List.of(file));
  }

  static DeletedPassages read(Directory folder, String file, String where) throws IOException {
    try (ChecksumIndexInput in = folder.openChecksumInput(file)) {
      CodecUtil.checkHeader(in, CODEC, VERSION, VERSION);
      int count = in.readVInt();
      if (count < 0 || count > in.length() / Long.BYTES) {
        throw new IOException(count + " words do not fit into " + in.length() + " bytes");
      }
      long[] words = new long[count];
      in.readLongs(words, 0, count);
      CodecUtil.checkFooter(in);
      return new DeletedPassages(new FixedBitSet(words, count * Long.SIZE));
    } catch (IOException e) {
      throw new DamagedException(
          where
              + "/"
              + file
              + ": the list of deleted passages is missing or damaged ("
              + e.getMessage()
              + "); restore it from a copy, or index the documents again into another folder",
          e);
    }
  }
}
