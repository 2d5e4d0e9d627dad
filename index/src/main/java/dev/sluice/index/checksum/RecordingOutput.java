package dev.sluice.index.checksum;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.apache.lucene.store.IndexOutput;

/**
 * Writes a file and records the checksums of what was meant to be written, not of what is there.
 */
final class RecordingOutput extends IndexOutput {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final IndexOutput out;
  private final Consumer<FileChecksums> whenComplete;
  private final FileChecksums.Recorder recorder = new FileChecksums.Recorder();
  private final byte[] block = new byte[FileChecksums.BLOCK];
  private long blockStart;
  private int filled;
  private int passedOn;
  private boolean closed;

  /**
   * @param whenComplete gets the checksums when the file has been closed without a failure
   */
  RecordingOutput(IndexOutput out, Consumer<FileChecksums> whenComplete) {
    super("recording " + out, out.getName());
    this.out = out;
    this.whenComplete = whenComplete;
  }

  @Override
  public void writeByte(byte b) throws IOException {
    if (filled == block.length) {
      finishBlock();
    }
    block[filled++] = b;
  }

  @Override
  public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (filled == block.length) {
        finishBlock();
      }
      int count = Math.min(length - done, block.length - filled);
      System.arraycopy(bytes, offset + done, block, filled, count);
      filled += count;
      done += count;
    }
  }

  @Override
  public void writeShort(short value) throws IOException {
    if (block.length - filled < Short.BYTES) {
      super.writeShort(value);
      return;
    }
    SHORT.set(block, filled, value);
    filled += Short.BYTES;
  }

  @Override
  public void writeInt(int value) throws IOException {
    if (block.length - filled < Integer.BYTES) {
      super.writeInt(value);
      return;
    }
    INT.set(block, filled, value);
    filled += Integer.BYTES;
  }

  @Override
  public void writeLong(long value) throws IOException {
    if (block.length - filled < Long.BYTES) {
      super.writeLong(value);
      return;
    }
    LONG.set(block, filled, value);
    filled += Long.BYTES;
  }

  private void finishBlock() throws IOException {
    passOn();
    recorder.block(block, 0, filled);
    blockStart += filled;
    filled = 0;
    passedOn = 0;
  }

  private void passOn() throws IOException {
    out.writeBytes(block, passedOn, filled - passedOn);
    passedOn = filled;
  }

  @Override
  public long getFilePointer() {
    return blockStart + filled;
  }

  @Override
  public long getChecksum() throws IOException {
    passOn();
    return out.getChecksum();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      if (filled > 0) {
        finishBlock();
      }
    }
    whenComplete.accept(recorder.finish());
  }
}
