/** Faults put into the compiler's output on purpose: how many of them does verification find? */
package dev.geminijava.tests.mutation;
