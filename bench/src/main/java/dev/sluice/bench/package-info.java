/** Comparisons with other engines, and benchmarks of single operations. */
package dev.sluice.bench;
