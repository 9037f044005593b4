/** What the compiler says about a source, and how it is printed. */
package dev.geminijava.passes.diagnostic;
