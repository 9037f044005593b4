package dev.geminijava.passes.front;

import com.github.javaparser.ast.ImportDeclaration;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.ArrayAccessExpr;
import com.github.javaparser.ast.expr.ArrayCreationExpr;
import com.github.javaparser.ast.expr.ArrayInitializerExpr;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.CastExpr;
import com.github.javaparser.ast.expr.ClassExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.InstanceOfExpr;
import com.github.javaparser.ast.expr.LambdaExpr;
import com.github.javaparser.ast.expr.LiteralExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.MethodReferenceExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.expr.SuperExpr;
import com.github.javaparser.ast.expr.SwitchExpr;
import com.github.javaparser.ast.expr.ThisExpr;
import com.github.javaparser.ast.expr.TypeExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.stmt.ExplicitConstructorInvocationStmt;
import com.github.javaparser.ast.type.Type;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Form;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.source.RuntimeNames;
import dev.geminijava.passes.source.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Expressions of the tree as expressions of the model, each with the type that javac gives it. */
final class LiftExpressions {

  private static final String BLOCK = Djl.BLOCK;

  private final Parsed parsed;
  private final Types types;

  LiftExpressions(Parsed parsed, Types types) {
    this.parsed = parsed;
    this.types = types;
  }

  Expression lift(com.github.javaparser.ast.expr.Expression enclosed) {
    com.github.javaparser.ast.expr.Expression node = Call.unwrapped(enclosed);
    Span span = parsed.span(node);
    String type = typeOf(node);
    if (node instanceof NameExpr || node instanceof FieldAccessExpr) {
      return variable(node, span, type);
    }
    if (node instanceof ThisExpr self && self.getTypeName().isEmpty()) {
      return new Expression.This(span, type);
    }
    if (node instanceof MethodCallExpr call) {
      return call(call, span, type);
    }
    if (node instanceof ObjectCreationExpr creation) {
      return creation(creation, span, type);
    }
    if (node instanceof ArrayCreationExpr array && array.getInitializer().isPresent()) {
      return new Expression.ArrayOf(
          span, type, array.getInitializer().get().getValues().stream().map(this::lift).toList());
    }
    if (node instanceof ArrayInitializerExpr array) {
      return new Expression.ArrayOf(
          span, type, array.getValues().stream().map(this::lift).toList());
    }
    if (node instanceof LiteralExpr || node instanceof UnaryExpr) {
      Optional<Object> value = Constants.value(node);
      if (value.isPresent() || node instanceof LiteralExpr) {
        return new Expression.Literal(span, type, value);
      }
    }
    if (node instanceof BinaryExpr both) {
      return new Expression.Binary(
          span, type, both.getOperator().asString(), lift(both.getLeft()), lift(both.getRight()));
    }
    if (node instanceof CastExpr cast) {
      return new Expression.Cast(span, type, lift(cast.getExpression()));
    }
    if (node instanceof AssignExpr assignment) {
      return new Expression.Assignment(
          span,
          type,
          lift(assignment.getTarget()),
          assignment.getOperator().asString(),
          lift(assignment.getValue()));
    }
    if (node instanceof ConditionalExpr choice) {
      return new Expression.Conditional(
          span,
          type,
          lift(choice.getCondition()),
          lift(choice.getThenExpr()),
          lift(choice.getElseExpr()));
    }
    String what =
        node instanceof MethodReferenceExpr
            ? types.method(node).map(m -> m.owner() + "::" + m.name()).orElse("MethodReference")
            : node.getClass().getSimpleName().replaceAll("Expr$", "");
    List<Statement> inside = new LiftStatements(parsed, this).inside(node);
    return new Expression.Other(
        span, type, what, uses(node), assigned(node), inside, form(node, inside));
  }

  private Optional<Form> form(
      com.github.javaparser.ast.expr.Expression node, List<Statement> inside) {
    if (node instanceof LambdaExpr lambda) {
      Statement body = inside.get(inside.size() - 1);
      return Optional.of(
          new Form.Lambda(
              lambda.getParameters().stream().map(p -> p.getNameAsString()).toList(),
              body instanceof Statement.Do value
                  ? new Statement.Return(value.span(), Optional.of(value.expression()))
                  : body));
    }
    if (node instanceof MethodReferenceExpr reference) {
      return reference(reference);
    }
    if (node instanceof UnaryExpr unary) {
      return Optional.of(
          new Form.Unary(
              unary.getOperator().asString(), unary.getOperator().isPrefix(), value(inside, 0)));
    }
    if (node instanceof ArrayAccessExpr) {
      return Optional.of(new Form.Index(value(inside, 0), value(inside, 1)));
    }
    if (node instanceof ArrayCreationExpr array) {
      return Optional.of(
          new Form.NewArray(
              array.getLevels().stream()
                  .flatMap(level -> level.getDimension().stream())
                  .map(this::lift)
                  .toList()));
    }
    if (node instanceof InstanceOfExpr test) {
      return Optional.of(
          new Form.InstanceOf(
              value(inside, 0),
              typeName(test.getType()),
              test.getPattern().flatMap(p -> p.toTypePatternExpr()).map(p -> p.getNameAsString())));
    }
    if (node instanceof ClassExpr literal) {
      return Optional.of(new Form.TypeName(typeName(literal.getType())));
    }
    if (node instanceof SuperExpr above) {
      return Optional.of(new Form.Super(above.getTypeName().map(n -> n.asString()).orElse("")));
    }
    if (node instanceof ThisExpr) {
      return Optional.of(new Form.Outer(typeOf(node)));
    }
    if (node instanceof SwitchExpr choice) {
      return Optional.of(
          new LiftStatements(parsed, this).cases(choice.getSelector(), choice.getEntries()));
    }
    return Optional.empty();
  }

  private static Expression value(List<Statement> inside, int index) {
    return ((Statement.Do) inside.get(index)).expression();
  }

  private Expression named(com.github.javaparser.ast.expr.Expression node, Declaration variable) {
    Span span = parsed.span(node);
    return variable.isLocal()
        ? new Expression.Name(span, variable.type(), variable.name())
        : new Expression.Field(
            span, variable.type(), Optional.empty(), variable.owner(), variable.name());
  }

  private Optional<Form> reference(MethodReferenceExpr reference) {
    return types
        .method(reference)
        .map(
            m -> {
              // Before the colons the parser takes a variable's name for a type.
              Optional<Declaration> variable =
                  reference.getScope() instanceof TypeExpr
                      ? types.variable(reference.getScope())
                      : Optional.empty();
              boolean ofClass = variable.isEmpty() && reference.getScope() instanceof TypeExpr;
              return new Form.Reference(
                  m.owner(),
                  m.name(),
                  m.parameterTypes(),
                  m.isStatic(),
                  ofClass
                      ? Optional.empty()
                      : variable
                          .map(v -> named(reference.getScope(), v))
                          .or(() -> Optional.of(lift(reference.getScope()))));
            });
  }

  private Expression variable(
      com.github.javaparser.ast.expr.Expression node, Span span, String type) {
    Optional<Declaration> declaration = types.variable(node);
    String name =
        node instanceof NameExpr n
            ? n.getNameAsString()
            : ((FieldAccessExpr) node).getNameAsString();
    if (declaration.isEmpty()) {
      // The length of an array, or the name of a class.
      List<Expression> parts =
          node instanceof FieldAccessExpr access && !typeOf(access.getScope()).isEmpty()
              ? List.of(lift(access.getScope()))
              : List.of();
      Optional<Form> form =
          parts.isEmpty() ? types.typeNamed(node).map(Form.TypeName::new) : Optional.<Form>empty();
      return new Expression.Other(span, type, name, parts, List.of(), List.of(), form);
    }
    if (declaration.get().isLocal()) {
      return new Expression.Name(span, type, name);
    }
    Optional<Expression> owner = Optional.empty();
    if (declaration.get().kind() == Declaration.Kind.FIELD
        && node instanceof FieldAccessExpr access
        && !Call.unwrapped(access.getScope()).isThisExpr()) {
      owner = Optional.of(lift(access.getScope()));
    }
    return new Expression.Field(span, type, owner, declaration.get().owner(), name);
  }

  private Expression call(MethodCallExpr call, Span span, String type) {
    Optional<Method> method = types.method(call);
    boolean inner =
        method.filter(m -> m.owner().equals(RuntimeNames.SHARDS)).isPresent()
            && call.getNameAsString().equals("inner");
    if (inner) {
      // A block around a layer stays one, so that whoever uses it decides as before.
      return lift(call.getArgument(0));
    }
    Optional<Expression> receiver =
        call.getScope()
            .filter(scope -> !method.map(Method::isStatic).orElse(false))
            .map(this::lift);
    return new Expression.Call(
        span,
        type,
        receiver,
        method.map(Method::owner).orElse(""),
        call.getNameAsString(),
        call.getArguments().stream().map(this::lift).toList(),
        method.map(Method::parameterTypes).orElse(List.of()),
        method.map(Method::isVarArgs).orElse(false));
  }

  Form.ConstructorCall constructor(ExplicitConstructorInvocationStmt call) {
    Optional<Method> method = types.method(call);
    return new Form.ConstructorCall(
        !call.isThis(),
        call.getArguments().stream().map(this::lift).toList(),
        method.map(Method::parameterTypes).orElse(List.of()),
        method.map(Method::isVarArgs).orElse(false));
  }

  private Expression creation(ObjectCreationExpr creation, Span span, String type) {
    List<Expression> arguments = new ArrayList<>();
    creation.getArguments().forEach(a -> arguments.add(lift(a)));
    creation
        .getAnonymousClassBody()
        .ifPresent(body -> body.forEach(member -> arguments.addAll(uses(member))));
    Optional<Method> constructor = types.method(creation);
    return new Expression.Creation(
        span,
        type,
        List.copyOf(arguments),
        creation.getAnonymousClassBody().isPresent(),
        constructor.map(Method::parameterTypes).orElse(List.of()),
        constructor.map(Method::isVarArgs).orElse(false),
        creation.getScope().map(this::lift));
  }

  /** The local variables that a piece of the program mentions. */
  List<Expression> uses(Node node) {
    List<Expression> uses = new ArrayList<>();
    for (NameExpr name : node.findAll(NameExpr.class)) {
      if (types.variable(name).map(Declaration::isLocal).orElse(true)) {
        uses.add(new Expression.Name(parsed.span(name), typeOf(name), name.getNameAsString()));
      }
    }
    return List.copyOf(uses);
  }

  /** The local variables that a piece of the program changes. */
  List<String> assigned(Node node) {
    List<String> names = new ArrayList<>();
    for (AssignExpr assignment : node.findAll(AssignExpr.class)) {
      assignment.getTarget().ifNameExpr(name -> names.add(name.getNameAsString()));
    }
    for (UnaryExpr step : node.findAll(UnaryExpr.class)) {
      if (steps(step)) {
        step.getExpression().ifNameExpr(name -> names.add(name.getNameAsString()));
      }
    }
    return List.copyOf(names);
  }

  static boolean steps(UnaryExpr unary) {
    return switch (unary.getOperator()) {
      case PREFIX_INCREMENT, PREFIX_DECREMENT, POSTFIX_INCREMENT, POSTFIX_DECREMENT -> true;
      default -> false;
    };
  }

  String typeOf(com.github.javaparser.ast.expr.Expression node) {
    return types.type(node).orElse("");
  }

  /** The type of a variable, inferred where it is not written. */
  String declaredType(Node declarator, Type written) {
    return types.declared(declarator).map(Declaration::type).orElseGet(() -> typeName(written));
  }

  /** The qualified name of a declared type, erased; as written where it is not found. */
  String typeName(Type type) {
    String written = type.asString().replaceAll("<.*>", "").replaceAll("\\s|@\\w+", "");
    int array = written.indexOf('[');
    String name = array < 0 ? written : written.substring(0, array);
    String brackets = array < 0 ? "" : written.substring(array);
    if (type.getElementType().isPrimitiveType() || type.isVoidType()) {
      return written;
    }
    return types
            .typeNamed(type.getElementType())
            .or(() -> candidates(name).filter(c -> types.isSubtype(c, c)).findFirst())
            .orElse(name)
        + brackets;
  }

  private Stream<String> candidates(String name) {
    Stream<String> imported =
        parsed.tree().getImports().stream()
            .filter(i -> !i.isStatic())
            .filter(i -> i.isAsterisk() || i.getName().getIdentifier().equals(name))
            .sorted(Comparator.comparing(ImportDeclaration::isAsterisk))
            .map(i -> i.isAsterisk() ? i.getNameAsString() + "." + name : i.getNameAsString());
    String own =
        parsed.tree().getPackageDeclaration().map(p -> p.getNameAsString() + ".").orElse("");
    return Stream.of(Stream.of(name), imported, Stream.of(own + name, "java.lang." + name))
        .flatMap(s -> s);
  }

  /** What a list is declared to hold, as written: {@code Block} for a {@code List<Block>}. */
  String elementType(com.github.javaparser.ast.expr.Expression enclosed) {
    com.github.javaparser.ast.expr.Expression list = Call.unwrapped(enclosed);
    if (!types.isA(list, "java.util.List")) {
      return "";
    }
    if (list instanceof MethodCallExpr call) {
      boolean children =
          call.getNameAsString().equals("values")
              && call.getScope().filter(s -> types.isA(s, Djl.BLOCK_LIST)).isPresent();
      return children ? BLOCK : "";
    }
    return types
        .variable(list)
        .flatMap(Declaration::span)
        .map(span -> parsed.file().text(span))
        .filter(text -> text.matches("(?s).*\\bList\\s*<\\s*(ai\\.djl\\.nn\\.)?Block\\s*>.*"))
        .map(text -> BLOCK)
        .orElse("");
  }
}
