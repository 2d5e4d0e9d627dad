/** Sluice: cli. */
package dev.sluice.cli;
