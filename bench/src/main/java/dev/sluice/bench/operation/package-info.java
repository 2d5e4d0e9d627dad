/** JMH benchmarks of the operations that a forward pass consists of, one by one. */
package dev.sluice.bench.operation;
