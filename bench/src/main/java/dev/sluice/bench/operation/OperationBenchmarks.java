package dev.sluice.bench.operation;

import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.NativeKernels;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The command {@code bench/operations}: JMH with its own options, and with defaults for those that
 * are not given.
 */
final class OperationBenchmarks {
  private static final String KERNELS = "kernels";
  private static final TimeValue HALF_A_SECOND = TimeValue.milliseconds(500);

  private OperationBenchmarks() {}

  public static void main(String[] arguments)
      throws RunnerException, CommandLineOptionException, IOException {
    CommandLineOptions given = new CommandLineOptions(arguments);
    if (given.shouldHelp()) {
      System.out.println(
          "-p kernels=NAME,... takes of: "
              + String.join(", ", KernelSet.runnable().stream().map(Operands::name).toList()));
      new CommandLineOptions().showHelp();
      return;
    }
    if (given.shouldList()) {
      new Runner(given).list();
      return;
    }
    new Runner(withDefaults(given).build()).run();
  }

  private static ChainedOptionsBuilder withDefaults(CommandLineOptions given) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .parent(given)
            .jvmArgsAppend(
                "--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector");
    if (!given.getParameter(KERNELS).hasValue()) {
      options.param(KERNELS, quickest().toArray(String[]::new));
    }
    if (!given.getBenchModes().iterator().hasNext()) {
      options.mode(Mode.AverageTime);
    }
    if (!given.getTimeUnit().hasValue()) {
      options.timeUnit(TimeUnit.MICROSECONDS);
    }
    if (!given.getForkCount().hasValue()) {
      options.forks(1);
    }
    if (!given.getWarmupIterations().hasValue()) {
      options.warmupIterations(3);
    }
    if (!given.getWarmupTime().hasValue()) {
      options.warmupTime(HALF_A_SECOND);
    }
    if (!given.getMeasurementIterations().hasValue()) {
      options.measurementIterations(5);
    }
    if (!given.getMeasurementTime().hasValue()) {
      options.measurementTime(HALF_A_SECOND);
    }
    return options;
  }

  /** The quickest in C and those with the Vector API: plain Java would take an hour. */
  private static List<String> quickest() {
    String inC = NativeKernels.available().stream().reduce((slower, last) -> last).orElse("none");
    return KernelSet.runnable().stream()
        .filter(some -> some.name().equals("native-" + inC) || some.name().equals("vector"))
        .map(Operands::name)
        .toList();
  }
}
