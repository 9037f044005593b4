package dev.geminijava.passes.djl;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.front.Anchor;
import dev.geminijava.passes.front.Parsed;
import dev.geminijava.passes.pass.Change;
import dev.geminijava.passes.pass.Outcome;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.pass.Unit;
import dev.geminijava.passes.source.Edit;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;

/** Connects DJL's own classes to the runtime, by the table in {@link Hook}. */
public final class HookEngine implements Pass {

  @Override
  public String name() {
    return "hook-engine";
  }

  @Override
  public String description() {
    return "connects DJL's own arrays, parameters and checkpoints to the runtime";
  }

  @Override
  public Outcome run(Unit unit) {
    List<Change> changes = new ArrayList<>();
    List<Diagnostic> notes = new ArrayList<>();
    for (Parsed parsed : unit.program().sources()) {
      for (Hook hook : Hook.ALL) {
        if (parsed.declares(hook.type())) {
          List<Span> places = Anchor.find(parsed, hook.type(), hook.anchor());
          if (places.size() != hook.count()) {
            notes.add(moved(parsed.file(), hook, places.size()));
            continue;
          }
          for (Span place : places) {
            if (!isThere(parsed.file().text(), hook, place)) {
              changes.add(new Change(parsed.file(), edit(hook, place)));
            }
          }
        }
      }
    }
    return Outcome.of(changes, notes);
  }

  private Edit edit(Hook hook, Span place) {
    Edit.Kind kind =
        hook.anchor() instanceof Anchor.Body
            ? Edit.Kind.MEMBER
            : hook.anchor() instanceof Anchor.Assigned ? Edit.Kind.STATEMENT : Edit.Kind.WRAP;
    return new Edit(kind, place, hook.open(), hook.close(), name(), hook.why());
  }

  /** Compares without blanks, for a text that was laid out for readers. */
  private static boolean isThere(String text, Hook hook, Span place) {
    String open = squeezed(hook.open());
    int reach = 4 * hook.open().length() + 100;
    if (hook.anchor() instanceof Anchor.Body || hook.anchor() instanceof Anchor.Argument) {
      int end = Math.min(text.length(), place.start() + reach);
      return squeezed(text.substring(place.start(), end)).startsWith(open);
    }
    int start = Math.max(0, place.start() - reach);
    return squeezed(text.substring(start, place.start())).endsWith(open);
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static Diagnostic moved(SourceFile file, Hook hook, int found) {
    return new Diagnostic(
        Severity.ERROR,
        "hook-moved",
        file,
        file.line(1),
        hook.type() + " has " + found + " places for " + hook.anchor() + ", not " + hook.count(),
        "build with the version of DJL that the hooks were written for");
  }
}
