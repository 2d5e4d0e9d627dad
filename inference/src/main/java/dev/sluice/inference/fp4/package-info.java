/** Four-bit floating-point numbers with block scales: NVFP4 and MXFP4. */
package dev.sluice.inference.fp4;
