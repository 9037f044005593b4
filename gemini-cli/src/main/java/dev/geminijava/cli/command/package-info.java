/** The commands. Each is one class; picocli stays in here. */
package dev.geminijava.cli.command;
