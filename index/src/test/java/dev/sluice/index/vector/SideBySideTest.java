package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SideBySideTest {

  @Test
  void eachPartRunsOnce() {
    for (int parts : new int[] {0, 1, 2, 100}) {
      AtomicIntegerArray runs = new AtomicIntegerArray(parts);

      SideBySide.run(parts, runs::incrementAndGet);

      int[] expected = new int[parts];
      Arrays.fill(expected, 1);
      int[] found = new int[parts];
      Arrays.setAll(found, runs::get);
      assertArrayEquals(expected, found);
    }
  }

  /** Each of two parts waits until the other has begun. */
  @Test
  void partsRunAtOnceWhereAProcessorIsIdle() {
    CyclicBarrier both = new CyclicBarrier(2);
    Semaphore idle = new Semaphore(2);

    SideBySide.run(
        2,
        part -> {
          try {
            both.await(30, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        idle);
  }

  @Test
  void theCallerRunsAllPartsWhereNoProcessorIsIdle() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Semaphore none = new Semaphore(0);

    SideBySide.run(20, part -> threads.add(Thread.currentThread()), none);

    assertEquals(Set.of(Thread.currentThread()), threads);
    assertEquals(0, none.availablePermits());
  }

  @Test
  void aFailureIsThrownOnceAllPartsHaveEnded() {
    AtomicIntegerArray runs = new AtomicIntegerArray(10);
    IllegalStateException failure = new IllegalStateException("part 3");

    var thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                SideBySide.run(
                    10,
                    part -> {
                      runs.incrementAndGet(part);
                      if (part == 3) {
                        throw failure;
                      }
                    }));

    assertSame(failure, thrown);
    for (int part = 0; part < 10; part++) {
      assertEquals(1, runs.get(part));
    }
  }

  @Test
  void processorsAreGivenBack() throws Exception {
    Semaphore idle = new Semaphore(3);
    for (int i = 0; i < 50; i++) {
      SideBySide.run(4, part -> {}, idle);
    }
    assertTrue(idle.tryAcquire(3, 30, TimeUnit.SECONDS));
    assertEquals(0, idle.availablePermits());
  }
}
