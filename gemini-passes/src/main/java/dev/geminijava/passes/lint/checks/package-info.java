/** The checks that come with the compiler, each in one file. */
package dev.geminijava.passes.lint.checks;
