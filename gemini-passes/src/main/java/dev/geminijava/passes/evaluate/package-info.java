/**
 * Evaluation of programs without running them: what their constructors build and their forward
 * methods compute. What depends on run-time values stays a name; what is not understood is noted.
 */
package dev.geminijava.passes.evaluate;
