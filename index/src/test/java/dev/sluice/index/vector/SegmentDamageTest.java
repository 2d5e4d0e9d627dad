package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.error.DamagedException;
import dev.sluice.error.SluiceException;
import dev.sluice.error.VersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.StringHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentDamageTest {
  @TempDir Path folder;
  private Path sound;
  private Path other;

  @BeforeEach
  void writeSegment() throws Exception {
    ClusteredVectors source = new ClusteredVectors(1, 5, 3);
    VectorSegmentWriter writer = new VectorSegmentWriter(5, CodeWidth.BYTE, 0);
    for (int i = 0; i < 12; i++) {
      writer.add(i, source.next());
    }
    try (Directory directory = FSDirectory.open(folder)) {
      writer.finish(directory, "sound", new GraphParameters(2, 10), 1);
    }
    sound = folder.resolve("sound");
    other = folder.resolve("other");
  }

  @Test
  void aSoundFileVerifies() throws IOException {
    try (VectorSegment segment = VectorSegment.open(sound)) {
      segment.verify();
      assertEquals(12, segment.size());
      assertTrue(segment.hasGraph());
    }
  }

  @Test
  void anyChangedByteIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(sound);
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x10;
      Files.write(other, damaged);
      int at = i;
      var e = assertThrows(SluiceException.class, () -> openAndVerify(other), () -> "byte " + at);
      assertTrue(e.getMessage().contains(other.toString()), e.getMessage());
    }
  }

  @Test
  void aSearchOfADamagedGraphFailsAsDamagedOrReturns() throws IOException {
    byte[] bytes = Files.readAllBytes(sound);
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= (byte) 0x80;
      Files.write(other, damaged);
      try (VectorSegment segment = VectorSegment.open(other)) {
        TopPassages top = new TopPassages(5);
        float[] query = new float[segment.dimensions()];
        query[0] = 1;
        VectorCodes coded = VectorCodes.of(query, "query");
        segment.walk(DotProducts.best(), query, coded, 10, PassageFilter.ALL, top, 0);
        assertTrue(top.sorted().size() <= 5);
      } catch (DamagedException | VersionException expected) {
        assertTrue(expected.getMessage().contains(other.toString()), expected.getMessage());
      } catch (RuntimeException e) {
        fail("byte " + i, e);
      }
    }
  }

  @Test
  void anyTruncationIsFoundAtOpening() throws IOException {
    byte[] bytes = Files.readAllBytes(sound);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(other, Arrays.copyOf(bytes, length));
      int cut = length;
      assertThrows(DamagedException.class, () -> VectorSegment.open(other), () -> "cut at " + cut);
    }
  }

  @Test
  void extraBytesAreFoundAtOpening() throws IOException {
    byte[] bytes = Files.readAllBytes(sound);
    Files.write(other, Arrays.copyOf(bytes, bytes.length + 1));

    assertThrows(DamagedException.class, () -> VectorSegment.open(other));
  }

  @Test
  void aMissingFileIsNamed() {
    var e = assertThrows(DamagedException.class, () -> VectorSegment.open(other));

    assertTrue(e.getMessage().startsWith(other + ": expected a vector segment"), e.getMessage());
  }

  @Test
  void aNewerVersionIsNotTakenForDamage() throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        IndexOutput out = directory.createOutput("other", IOContext.DEFAULT)) {
      CodecUtil.writeIndexHeader(
          out, SegmentLayout.CODEC, SegmentLayout.VERSION_CURRENT + 1, StringHelper.randomId(), "");
      out.writeBytes(new byte[100], 100);
      CodecUtil.writeFooter(out);
    }

    var e = assertThrows(VersionException.class, () -> VectorSegment.open(other));
    assertTrue(e.getMessage().contains("found a newer one"), e.getMessage());
  }

  private static void openAndVerify(Path path) throws IOException {
    try (VectorSegment segment = VectorSegment.open(path)) {
      segment.verify();
    }
  }
}
