package dev.geminijava.tests.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The text of one block class: children, parameters, a forward body. */
final class ClassText {

  private final String name;
  private final String comment;
  private final Manner manner;
  private final Form input;
  private final Form output;
  private final Map<String, Integer> sizes = new LinkedHashMap<>();
  private final List<String> fields = new ArrayList<>();
  private final List<String> constructor = new ArrayList<>();
  private final List<String> initialize = new ArrayList<>();
  private final List<String> forward = new ArrayList<>();
  private final List<String> methods = new ArrayList<>();

  ClassText(String name, String comment, Manner manner, Form input, Form output) {
    this.name = name;
    this.comment = comment;
    this.manner = manner;
    this.input = input;
    this.output = output;
  }

  /** A size by name, written in the author's manner. */
  String size(String called, int value) {
    sizes.put(called, value);
    return switch (manner.sizes()) {
      case LITERALS -> Integer.toString(value);
      case CONSTANTS -> constant(called);
      case FIELDS -> called;
    };
  }

  private static String constant(String called) {
    return called.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }

  private boolean usesConstructor() {
    return manner.sizes() == Manner.Sizes.FIELDS
        || manner.results() == Manner.Results.IN_CONSTRUCTOR;
  }

  /** A child block. */
  void child(String type, String called, String expression, Form form) {
    String added = "addChildBlock(\"" + called + "\", " + expression + ")";
    if (usesConstructor()) {
      fields.add("private final " + type + " " + called + ";");
      constructor.add(called + " = " + added + ";");
    } else {
      fields.add("private final " + type + " " + called + " =\n    " + added + ";");
    }
    initialize(called, form);
  }

  /** A statement that initialises a child. */
  void initialize(String block, Form form) {
    initialize.add(block + ".initialize(manager, type, " + shapes(form) + ");");
  }

  /** A parameter of its own. */
  void parameter(String called, String type, String shape) {
    String added =
        "addParameter(\n        Parameter.builder()\n            .setName(\"%s\")\n"
            + "            .setType(Parameter.Type.%s)\n"
            + "            .optShape(new Shape(%s))\n            .build())";
    added = added.formatted(called, type, shape);
    if (usesConstructor()) {
      fields.add("private final Parameter " + called + ";");
      constructor.add(called + " =\n    " + added + ";");
    } else {
      fields.add("private final Parameter " + called + " =\n    " + added + ";");
    }
  }

  /** Any other field. */
  void field(String declaration) {
    fields.add(declaration);
  }

  /** A statement of the constructor. */
  void construct(String statement) {
    constructor.add(statement);
  }

  /** A statement that initialises children. */
  void initializing(String statement) {
    initialize.add(statement);
  }

  /** A statement of the forward body; one without arguments is taken as it is. */
  @SuppressWarnings("AnnotateFormatMethod")
  void line(String statement, Object... arguments) {
    forward.add(arguments.length == 0 ? statement : statement.formatted(arguments));
  }

  /** A method beside the forward body. */
  void method(String text) {
    if (!methods.contains(text)) {
      methods.add(text);
    }
  }

  /** An expression that calls a child with one array. */
  String call(String block, String array) {
    String list = block + ".forward(ps, new NDList(" + array + "), training)";
    return switch (manner.calls()) {
      case HEAD -> list + ".head()";
      case SINGLETON -> list + ".singletonOrThrow()";
      case FIRST -> list + ".get(0)";
      case METHOD -> {
        method(
            """
            private static NDArray apply(
                Block block, ParameterStore ps, NDArray x, boolean training) {
              return block.forward(ps, new NDList(x), training).singletonOrThrow();
            }
            """);
        yield "apply(" + block + ", ps, " + array + ", training)";
      }
    };
  }

  private String shapes(Form form) {
    if (form.equals(input)) {
      return "shapes";
    }
    return form.samples().stream()
        .map(sample -> shape(new Form(List.of(sample))))
        .collect(Collectors.joining(", "));
  }

  private static String shape(Form form) {
    return "new Shape(" + form.arguments("shapes[0].get(0)") + ")";
  }

  /** Java that makes a new one. */
  String creation() {
    return "new "
        + name
        + (manner.sizes() == Manner.Sizes.FIELDS
            ? sizes.values().stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(", ")"))
            : "()");
  }

  /** The class. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("/** ").append(comment).append(" */\n");
    text.append("static final class ").append(name).append(" extends AbstractBlock {\n\n");
    if (manner.sizes() == Manner.Sizes.CONSTANTS) {
      sizes.forEach(
          (called, value) ->
              text.append(
                  "  private static final int %s = %d;\n".formatted(constant(called), value)));
    }
    if (manner.sizes() == Manner.Sizes.FIELDS) {
      sizes.keySet().forEach(called -> text.append("  private final int " + called + ";\n"));
    }
    fields.forEach(field -> text.append(field.indent(2)));
    if (manner.sizes() == Manner.Sizes.FIELDS || !constructor.isEmpty()) {
      constructor(text);
    }
    text.append(
        """

          @Override
          protected NDList forwardInternal(
              ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
        """);
    forward.forEach(line -> text.append(line.indent(4)));
    text.append("  }\n");
    methods.forEach(method -> text.append('\n').append(method.indent(2)));
    if (!initialize.isEmpty()) {
      text.append(
          """

            @Override
            protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
          """);
      initialize.forEach(line -> text.append(line.indent(4)));
      text.append("  }\n");
    }
    text.append("\n  @Override\n  public Shape[] getOutputShapes(Shape[] shapes) {\n");
    text.append("    return ");
    text.append(output.equals(input) ? "shapes" : "new Shape[] {" + shapes(output) + "}");
    text.append(";\n  }\n}\n");
    return text.toString();
  }

  private void constructor(StringBuilder text) {
    boolean takesSizes = manner.sizes() == Manner.Sizes.FIELDS;
    text.append('\n').append("  ").append(name).append('(');
    if (takesSizes) {
      text.append(sizes.keySet().stream().map(s -> "int " + s).collect(Collectors.joining(", ")));
    }
    text.append(") {\n");
    if (takesSizes) {
      sizes.keySet().forEach(s -> text.append("    this." + s + " = " + s + ";\n"));
    }
    constructor.forEach(line -> text.append(line.indent(4)));
    text.append("  }\n");
  }
}
