/** What users see of us: on a terminal with colours, elsewhere plain. */
package dev.geminijava.cli.report;
