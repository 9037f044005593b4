package dev.geminijava.cli.launch;

import java.util.List;
import java.util.Map;

/**
 * A program ready to run.
 *
 * @param types the top-level types of the main file, in order
 * @param classes class files by binary name
 * @param messages what javac had to say although all compiled; shown at every run, as java does
 * @param logging the SLF4J provider on the user's class path, or an empty string
 */
record CompiledProgram(
    List<String> types, Map<String, byte[]> classes, String messages, String logging) {}
