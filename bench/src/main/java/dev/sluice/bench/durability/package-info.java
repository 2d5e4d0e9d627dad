/** Programs that hurt an index and see whether it holds what it promises. */
package dev.sluice.bench.durability;
