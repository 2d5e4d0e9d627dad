package dev.sluice.cli;

import dev.sluice.inference.hub.PullListener;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** Shows tasks that tell how many of all are done; a task begins when it is first heard of. */
final class TaskProgress implements PullListener {
  private final ProgressLine line;
  private String last = "";
  private long counted;

  TaskProgress(ProgressLine line) {
    this.line = line;
  }

  @Override
  public void progress(String task, String unit, long done, long total) {
    if (task.equals(last)) {
      line.advance(done - counted);
    } else {
      line.begin(task, unit, total > 0 ? OptionalLong.of(total) : OptionalLong.empty(), done);
      last = task;
    }
    counted = done;
  }

  @Override
  public void waiting(String reason, Duration pause) {
    line.say(String.format(Locale.ROOT, "%s; again in %.0f s", reason, pause.toMillis() / 1000.0));
  }
}
