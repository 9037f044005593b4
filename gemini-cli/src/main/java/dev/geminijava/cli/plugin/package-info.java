/** What others add to the compiler: jars, and rules written in YAML. */
package dev.geminijava.cli.plugin;
