package dev.geminijava.passes.lint;

import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.evaluate.Insight;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One file, ready to be looked at by checks, with the program around it. */
public final class LintUnit {

  private final SourceFile file;
  private final List<ClassCode> classes;
  private final ProgramCode program;
  private final RuleTable rules;
  private final Degrees degrees;
  private final Supplier<Insight> insight;
  private final List<Forward> forwards;
  private final Origins origins;

  /**
   * @param classes the classes of the file, nested and anonymous ones included
   * @param program all classes with source; may be asked from many threads
   * @param insight what an evaluation of the program comes by; made when it is first asked for
   */
  LintUnit(
      SourceFile file,
      List<ClassCode> classes,
      ProgramCode program,
      RuleTable rules,
      Degrees degrees,
      Supplier<Insight> insight) {
    this.file = file;
    this.classes = List.copyOf(classes);
    this.program = program;
    this.rules = rules;
    this.degrees = degrees;
    this.insight = insight;
    this.forwards = classes.stream().flatMap(c -> Forward.of(c, this).stream()).toList();
    this.origins = Origins.of(forwards, this);
  }

  /** The file. */
  public SourceFile file() {
    return file;
  }

  /** Its classes, nested and anonymous ones included. */
  public List<ClassCode> classes() {
    return classes;
  }

  /** The program that it belongs to. */
  public ProgramCode program() {
    return program;
  }

  /** How layers and methods are split, by the rules of plug-ins, too. */
  public RuleTable rules() {
    return rules;
  }

  /** How parallel the program is meant to run. */
  public Degrees degrees() {
    return degrees;
  }

  /** The models that the program makes, and the numbers that came up; takes a while. */
  public Insight insight() {
    return insight.get();
  }

  /** The code that runs for every micro-batch. */
  public List<Forward> forwards() {
    return forwards;
  }

  /** Where the values in that code come from. */
  public Origins origins() {
    return origins;
  }

  /** Whether a type is another or one of its subtypes. */
  public boolean isA(String type, String supertype) {
    return program.isSubtype(type, supertype);
  }

  /** Whether a method is called of a type or one of its subtypes, whoever declares it. */
  public boolean isOn(Expression.Call call, String type) {
    return isA(call.declaring(), type)
        || call.receiver().filter(receiver -> isA(receiver.type(), type)).isPresent();
  }

  /** Whether the program makes a model of this block alone. */
  public boolean isModel(ClassCode type) {
    return bodies(program.classes()).stream()
        .flatMap(body -> Walk.allExpressions(body).stream())
        .anyMatch(
            e ->
                e instanceof Expression.Call call
                    && call.method().equals("setBlock")
                    && isOn(call, Djl.MODEL)
                    && call.arguments().stream().anyMatch(a -> a.type().equals(type.name())));
  }

  /** Every method, constructor and field value of the file, as a statement. */
  public List<Statement> bodies() {
    return bodies(classes);
  }

  static List<Statement> bodies(List<ClassCode> classes) {
    List<Statement> bodies = new ArrayList<>();
    for (ClassCode type : classes) {
      type.fields()
          .forEach(f -> f.value().ifPresent(v -> bodies.add(new Statement.Do(f.span(), v))));
      type.constructors().stream().map(MethodCode::body).forEach(bodies::add);
      type.methods().stream().map(MethodCode::body).forEach(bodies::add);
    }
    return bodies;
  }

  /** Visits every call of the file. */
  public void calls(Consumer<Expression.Call> visitor) {
    bodies().forEach(body -> calls(body, visitor));
  }

  /** Visits every call in a statement, the code in lambdas included. */
  public static void calls(Statement body, Consumer<Expression.Call> visitor) {
    for (Expression expression : Walk.allExpressions(body)) {
      if (expression instanceof Expression.Call call) {
        visitor.accept(call);
      }
    }
  }

  /** The place of a class's name. */
  public Span nameOf(ClassCode type) {
    String name = type.simpleName();
    String text = file.text(type.span());
    java.util.regex.Matcher matcher =
        java.util.regex.Pattern.compile("\\b" + java.util.regex.Pattern.quote(name) + "\\b")
            .matcher(text);
    int from = text.indexOf("class ");
    if (matcher.find(Math.max(0, from)) || matcher.find(0)) {
      return new Span(type.span().start() + matcher.start(), type.span().start() + matcher.end());
    }
    return Span.at(type.span().start());
  }

  /** A call's method name and arguments, without the object that it is called on. */
  public Span nameAndArguments(Expression.Call call) {
    int from = call.receiver().map(r -> r.span().end()).orElse(call.span().start());
    int name = file.text().indexOf(call.method(), from);
    return name >= 0 && name < call.span().end() ? new Span(name, call.span().end()) : call.span();
  }

  /** Whether an expression is the enclosing object. */
  public static boolean isSelf(Expression expression) {
    return expression instanceof Expression.This
        || expression instanceof Expression.Other other
            && (other.what().equals("Super") || other.what().equals("This"));
  }

  /** What something is called in a message: its text, shortened to one line. */
  public String quote(Expression expression) {
    String text = file.text(expression.span()).replaceAll("\\s+", " ");
    return text.length() <= 40 ? text : text.substring(0, 37) + "…";
  }

  /** The line on which a place begins. */
  public int line(Span span) {
    return file.position(span.start()).line();
  }
}
