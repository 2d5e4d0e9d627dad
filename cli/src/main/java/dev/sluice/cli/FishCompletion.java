package dev.sluice.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for the fish shell, made from the commands' own model. */
final class FishCompletion {

  private FishCompletion() {}

  static String script(CommandLine commands) {
    String name = commands.getCommandName();
    List<String> lines = new ArrayList<>();
    lines.add("# Completions of " + name + " for fish.");
    lines.add("complete -c " + name + " -f");
    options(lines, name, "__fish_use_subcommand", commands.getCommandSpec());
    commands
        .getSubcommands()
        .forEach(
            (subcommand, line) -> {
              CommandSpec spec = line.getCommandSpec();
              lines.add(
                  "complete -c %s -n __fish_use_subcommand -a %s -d %s"
                      .formatted(name, subcommand, quote(description(spec))));
              String here = quote("__fish_seen_subcommand_from " + subcommand);
              positionals(lines, name, here, spec);
              options(lines, name, here, spec);
            });
    return String.join("\n", lines) + "\n";
  }

  private static void options(List<String> lines, String name, String when, CommandSpec spec) {
    for (OptionSpec option : spec.options()) {
      StringBuilder line = new StringBuilder("complete -c " + name + " -n " + when);
      for (String each : option.names()) {
        line.append(
            each.startsWith("--") ? " -l " + each.substring(2) : " -s " + each.substring(1));
      }
      if (option.arity().max() > 0) {
        line.append(takesFile(option) ? " -r -F" : " -x");
        candidates(line, option);
      }
      lines.add(line + " -d " + quote(text(option.description())));
    }
  }

  private static void positionals(List<String> lines, String name, String when, CommandSpec spec) {
    spec.positionalParameters().stream()
        .filter(each -> takesFile(each) || each.completionCandidates() != null)
        .forEach(
            each -> {
              StringBuilder line = new StringBuilder("complete -c " + name + " -n " + when);
              line.append(takesFile(each) ? " -F" : "");
              candidates(line, each);
              lines.add(line.toString());
            });
  }

  private static void candidates(StringBuilder line, ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      line.append(" -a ").append(quote(String.join(" ", argument.completionCandidates())));
    }
  }

  /** Whether a file's name goes here: the type says so, or the word that stands for the value. */
  private static boolean takesFile(ArgSpec argument) {
    Class<?>[] types = argument.auxiliaryTypes();
    Class<?> type = types.length > 0 ? types[0] : argument.type();
    return type == Path.class
        || type == File.class
        || List.of("FILE", "FOLDER", "SOURCE").contains(argument.paramLabel());
  }

  private static String description(CommandSpec spec) {
    return text(spec.usageMessage().description());
  }

  private static String text(String[] lines) {
    return lines.length == 0 ? "" : Ansi.OFF.string(lines[0]);
  }

  private static String quote(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
