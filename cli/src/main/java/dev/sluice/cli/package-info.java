/**
 * The command line: one class per command, and how results, progress and failures are shown.
 * Everything that reads or writes an index lies behind {@link dev.sluice.cli.Engine}.
 */
package dev.sluice.cli;
