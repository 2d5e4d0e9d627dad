/** Learns how the scores of the stages are weighed against each other. */
package dev.sluice.distill.fusion;
