/** Findings of the checks on their way to people and to other tools. */
package dev.geminijava.cli.lint;
