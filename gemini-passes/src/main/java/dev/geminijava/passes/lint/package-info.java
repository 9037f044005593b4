/** What keeps code from running in parallel, found by reading it: checks, and who runs them. */
package dev.geminijava.passes.lint;
