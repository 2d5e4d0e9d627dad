package dev.sluice.bench.durability;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.error.ResourceException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of its own that can lose power: ext4 in an image, mounted over a loop device. It is
 * shut down as {@code godown} of xfstests does it: what programs wrote and did not sync is gone,
 * the log as well, and the next mount sees what the disk had. Needs Linux and root.
 */
final class LossyDisk implements Closeable {
  private static final long IMAGE_BYTES = 2L << 30;

  /** {@code FS_IOC_SHUTDOWN} of Linux, {@code _IOR('X', 125, __u32)}. */
  private static final long SHUTDOWN = 0x8004587dL;

  private static final int WITHOUT_FLUSHING_THE_LOG = 2;

  private static final int MOST_TRIES = 100;
  private static final long WAIT_MILLIS = 50;

  private final Path image;
  private final Path folder;

  private LossyDisk(Path image, Path folder) {
    this.image = image;
    this.folder = folder;
  }

  /**
   * Makes and mounts one.
   *
   * @param work an empty folder for image and mount point
   * @throws ResourceException if this machine or user cannot
   */
  static LossyDisk create(Path work) throws IOException, InterruptedException {
    LossyDisk disk =
        new LossyDisk(work.resolve("disk.img"), Files.createDirectory(work.resolve("disk")));
    try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
      file.setLength(IMAGE_BYTES);
    }
    run("mkfs.ext4", "-q", "-F", disk.image.toString());
    disk.mount();
    return disk;
  }

  /** Where its files are. */
  Path folder() {
    return folder;
  }

  private void mount() throws IOException, InterruptedException {
    // By default ext4 writes a file out when it is renamed over another, which would hide that a
    // program had not synced it.
    run("mount", "-o", "loop,noauto_da_alloc", image.toString(), folder.toString());
  }

  /** From now on nothing more reaches the disk; whoever writes gets an error. */
  void losePower() {
    Linker linker = Linker.nativeLinker();
    MethodHandle open =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    MethodHandle control =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("ioctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
            Linker.Option.firstVariadicArg(2));
    MethodHandle close =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int file = (int) open.invokeExact(arena.allocateFrom(folder.toString()), 0);
      MemorySegment how = arena.allocateFrom(JAVA_INT, WITHOUT_FLUSHING_THE_LOG);
      int failed = file < 0 ? file : (int) control.invokeExact(file, SHUTDOWN, how);
      if (file >= 0) {
        int ignored = (int) close.invokeExact(file);
      }
      if (failed != 0) {
        throw new ResourceException(folder + ": the file system cannot be shut down; run as root");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Back with what had reached the disk; whoever had files open has to be gone. */
  void restorePower() throws IOException, InterruptedException {
    unmount();
    mount();
  }

  /** A killed process holds its files for a moment longer. */
  private void unmount() throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        run("umount", folder.toString());
        return;
      } catch (ResourceException e) {
        if (tries == MOST_TRIES) {
          throw e;
        }
        Thread.sleep(WAIT_MILLIS);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      unmount();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(folder + " is still mounted", e);
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new ResourceException(
          String.join(" ", command)
              + ": expected it to work, as on Linux for root; it says: "
              + said.strip());
    }
  }
}
