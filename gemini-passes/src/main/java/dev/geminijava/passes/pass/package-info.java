/** The steps of the compiler, and the order in which they run. */
package dev.geminijava.passes.pass;
