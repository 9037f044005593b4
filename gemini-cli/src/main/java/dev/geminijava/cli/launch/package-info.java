/**
 * {@code gemini-java ModelRunner.java args…}: from the sources to their {@code main}, in one JVM.
 * Everything here runs before the program's first line, so it loads few classes.
 */
package dev.geminijava.cli.launch;
