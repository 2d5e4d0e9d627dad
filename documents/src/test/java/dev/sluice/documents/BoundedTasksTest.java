package dev.sluice.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.reader.DocumentParser.UnreadableException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BoundedTasksTest {

  private static String failure(BoundedTasks tasks, Callable<?> task) {
    return assertThrows(UnreadableException.class, () -> tasks.run(task)).getMessage();
  }

  private static long deep(long depth) {
    return depth < 0 ? 0 : 1 + deep(depth + 1);
  }

  @Test
  void aTaskGivesItsResult() throws Exception {
    assertEquals("done", new BoundedTasks(Duration.ofMinutes(1)).run(() -> "done"));
  }

  @Test
  void whateverFailsCostsItsDocumentAlone() throws Exception {
    BoundedTasks tasks = new BoundedTasks(Duration.ofMinutes(1));
    String memory = failure(tasks, () -> new long[Integer.MAX_VALUE - 8]);
    assertTrue(memory.contains("more memory"), memory);
    assertTrue(failure(tasks, () -> deep(0)).startsWith("nested too deeply"));
    String damaged =
        failure(
            tasks,
            () -> {
              throw new IOException("no such table");
            });
    assertTrue(damaged.startsWith("damaged, or of a form"), damaged);
    assertTrue(damaged.contains("no such table"), damaged);
    assertEquals("done", tasks.run(() -> "done"));
  }

  @Test
  void aTaskThatDoesNotEndIsGivenUp() throws Exception {
    BoundedTasks tasks = new BoundedTasks(Duration.ofMillis(50));
    CountDownLatch end = new CountDownLatch(1);
    for (int i = 0; i < 4; i++) {
      String late =
          failure(
              tasks,
              () -> {
                while (end.getCount() > 0) { // deaf to interrupts
                  LockSupport.parkNanos(1_000_000);
                }
                return "";
              });
      assertTrue(late.startsWith("not parsed within"), late);
    }
    assertTrue(failure(tasks, () -> "done").startsWith("4 documents before it are still"));
    end.countDown();
    String result = "";
    while (result.isEmpty()) {
      try {
        result = tasks.run(() -> "done");
      } catch (UnreadableException e) {
        Thread.onSpinWait(); // the four take a moment to end
      }
    }
    assertEquals("done", result);
  }
}
