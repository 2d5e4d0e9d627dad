/** What a machine has for running models, how fast each way is on it, and which one is used. */
package dev.sluice.inference.device;
