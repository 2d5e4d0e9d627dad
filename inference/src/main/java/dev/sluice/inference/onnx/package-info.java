/** Networks that ONNX Runtime executes on the CPU. */
package dev.sluice.inference.onnx;
