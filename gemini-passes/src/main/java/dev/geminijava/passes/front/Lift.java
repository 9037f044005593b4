package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.AnnotationDeclaration;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.CallableDeclaration;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.CompactConstructorDeclaration;
import com.github.javaparser.ast.body.ConstructorDeclaration;
import com.github.javaparser.ast.body.EnumConstantDeclaration;
import com.github.javaparser.ast.body.EnumDeclaration;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.InitializerDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.RecordDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.MethodReferenceExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.nodeTypes.NodeWithModifiers;
import com.github.javaparser.ast.stmt.BlockStmt;
import dev.geminijava.passes.djl.Djl;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.ProgramCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.source.RuntimeNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns the trees of a program into code that the analyses read: no parser's class leaves here. */
public final class Lift {

  private static final String BLOCK = Djl.BLOCK;
  private static final Set<String> SHARDING = Set.of(RuntimeNames.SHARDS, RuntimeNames.SHARD_GROUP);

  private final Parsed parsed;
  private final Types types;

  /** The calls of and the references to methods, by the method's name. */
  private final Map<String, List<Node>> mentions;

  private Lift(Parsed parsed, Types types) {
    this.parsed = parsed;
    this.types = types;
    this.mentions =
        parsed.tree().stream()
            .filter(node -> node instanceof MethodCallExpr || node instanceof MethodReferenceExpr)
            .collect(Collectors.groupingBy(Lift::mentioned));
  }

  private static String mentioned(Node mention) {
    return mention instanceof MethodCallExpr call
        ? call.getNameAsString()
        : ((MethodReferenceExpr) mention).getIdentifier();
  }

  /** All classes of a program, nested ones included, in the order of the text. */
  public static ProgramCode lift(Program program) {
    List<Lift> lifts =
        program.sources().stream().map(parsed -> new Lift(parsed, program.types())).toList();
    Set<String> changed = new HashSet<>();
    lifts.forEach(lift -> changed.addAll(lift.changedFields()));
    List<ClassCode> classes = new ArrayList<>();
    List<ClassCode> anonymous = new ArrayList<>();
    for (Lift lift : lifts) {
      for (TypeDeclaration<?> type : lift.declarations()) {
        classes.add(lift.classCode(type, type.getNameAsString(), type.getMembers(), changed));
      }
      for (ObjectCreationExpr creation : lift.parsed.tree().findAll(ObjectCreationExpr.class)) {
        creation
            .getAnonymousClassBody()
            .ifPresent(body -> anonymous.add(lift.classCode(creation, "", body, changed)));
      }
    }
    return new ProgramCode(
        List.copyOf(classes), List.copyOf(anonymous), program.types()::isSubtype);
  }

  @SuppressWarnings("unchecked")
  private List<TypeDeclaration<?>> declarations() {
    return (List<TypeDeclaration<?>>) (List<?>) parsed.tree().findAll(TypeDeclaration.class);
  }

  private ClassCode classCode(
      Node type, String written, List<BodyDeclaration<?>> members, Set<String> changed) {
    String name = types.className(type).orElse(written);
    return classCode(type, name, members, changed, instrumented(type));
  }

  private ClassCode classCode(
      Node type,
      String name,
      List<BodyDeclaration<?>> members,
      Set<String> changed,
      boolean instrumented) {
    List<ClassCode.FieldCode> fields = new ArrayList<>();
    List<MethodCode> constructors = new ArrayList<>();
    List<MethodCode> methods = new ArrayList<>();
    List<ClassCode.Initialiser> initialisers = new ArrayList<>();
    if (type instanceof EnumDeclaration choices) {
      choices.getEntries().forEach(entry -> fields.add(constant(choices, entry)));
    }
    for (BodyDeclaration<?> member : members) {
      if (member instanceof InitializerDeclaration initialiser) {
        Statement.Block body =
            (Statement.Block)
                new LiftStatements(parsed, new LiftExpressions(parsed, types))
                    .lift(initialiser.getBody());
        initialisers.add(new ClassCode.Initialiser(initialiser.isStatic(), body));
      } else if (member instanceof CompactConstructorDeclaration compact) {
        constructors.add(compact(compact, (RecordDeclaration) type));
      } else if (member instanceof FieldDeclaration field) {
        fields.addAll(fields(field));
      } else if (member instanceof ConstructorDeclaration constructor) {
        constructors.add(method(constructor, "<init>", "void", constructor.getBody()));
      } else if (member instanceof MethodDeclaration method) {
        String result =
            types
                .result(method)
                .orElseGet(() -> new LiftExpressions(parsed, types).typeName(method.getType()));
        method
            .getBody()
            .ifPresent(body -> methods.add(method(method, method.getNameAsString(), result, body)));
      }
    }
    Set<String> ownChanged =
        fields.stream()
            .map(ClassCode.FieldCode::name)
            .filter(f -> changed.contains(name + "#" + f) || changed.contains("#" + f))
            .collect(Collectors.toUnmodifiableSet());
    return new ClassCode(
        name,
        parsed.file(),
        parsed.span(type),
        types.declaresSubtype(type, BLOCK),
        List.copyOf(fields),
        List.copyOf(constructors),
        List.copyOf(methods),
        ownChanged,
        instrumented,
        frame(type, initialisers));
  }

  private ClassCode.Frame frame(Node type, List<ClassCode.Initialiser> initialisers) {
    ClassCode.Kind kind = ClassCode.Kind.CLASS;
    List<MethodCode.Parameter> components = List.of();
    if (type instanceof EnumDeclaration) {
      kind = ClassCode.Kind.ENUM;
    } else if (type instanceof RecordDeclaration made) {
      kind = ClassCode.Kind.RECORD;
      components = parameters(made.getParameters());
    } else if (type instanceof AnnotationDeclaration
        || type instanceof ClassOrInterfaceDeclaration c && c.isInterface()) {
      kind = ClassCode.Kind.INTERFACE;
    }
    Types.Supertypes above =
        types.supertypes(type).orElse(new Types.Supertypes("", List.of(), "", false));
    return new ClassCode.Frame(
        kind,
        type instanceof NodeWithModifiers<?> m ? modifiers(m) : Set.of(),
        above.superclass(),
        above.interfaces(),
        above.enclosing(),
        above.holdsOuter(),
        components,
        List.copyOf(initialisers));
  }

  /** A constant of an enum as the field that it is. */
  private ClassCode.FieldCode constant(EnumDeclaration type, EnumConstantDeclaration entry) {
    LiftExpressions expressions = new LiftExpressions(parsed, types);
    String name = types.className(type).orElse(type.getNameAsString());
    Expression made =
        new Expression.Creation(
            parsed.span(entry),
            name,
            entry.getArguments().stream().map(expressions::lift).toList(),
            false,
            List.of(),
            false,
            Optional.empty());
    return new ClassCode.FieldCode(
        parsed.span(entry),
        entry.getNameAsString(),
        name,
        Set.of("public", "static", "final"),
        Optional.of(made));
  }

  private MethodCode compact(CompactConstructorDeclaration compact, RecordDeclaration type) {
    LiftExpressions expressions = new LiftExpressions(parsed, types);
    return new MethodCode(
        parsed.span(compact),
        "<compact>",
        modifiers(compact),
        "void",
        parameters(type.getParameters()),
        (Statement.Block) new LiftStatements(parsed, expressions).lift(compact.getBody()),
        0,
        false);
  }

  private List<MethodCode.Parameter> parameters(
      List<com.github.javaparser.ast.body.Parameter> declared) {
    LiftExpressions expressions = new LiftExpressions(parsed, types);
    return declared.stream()
        .map(
            p ->
                new MethodCode.Parameter(
                    p.getNameAsString(), expressions.declaredType(p, p.getType())))
        .toList();
  }

  private List<ClassCode.FieldCode> fields(FieldDeclaration field) {
    LiftExpressions expressions = new LiftExpressions(parsed, types);
    return field.getVariables().stream()
        .map(
            v ->
                new ClassCode.FieldCode(
                    parsed.span(v),
                    v.getNameAsString(),
                    expressions.declaredType(v, v.getType()),
                    modifiers(field),
                    v.getInitializer().map(expressions::lift)))
        .toList();
  }

  private MethodCode method(
      CallableDeclaration<?> declaration, String name, String result, BlockStmt body) {
    LiftExpressions expressions = new LiftExpressions(parsed, types);
    return new MethodCode(
        parsed.span(declaration),
        name,
        modifiers(declaration),
        result,
        parameters(declaration.getParameters()),
        (Statement.Block) new LiftStatements(parsed, expressions).lift(body),
        uses(declaration, name),
        declaration.getParameters().stream().anyMatch(p -> p.isVarArgs()));
  }

  /** What javac does not know may be a use, too. */
  private int uses(CallableDeclaration<?> declaration, String name) {
    Optional<String> owner = declaration.getParentNode().flatMap(types::className);
    return (int)
        mentions.getOrDefault(name, List.of()).stream()
            .filter(
                m -> types.method(m).map(u -> owner.equals(Optional.of(u.owner()))).orElse(true))
            .count();
  }

  private static Set<String> modifiers(NodeWithModifiers<?> node) {
    return node.getModifiers().stream()
        .map(m -> m.getKeyword().asString())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The fields that something else than their own constructor changes, as {@code owner#name}. */
  private Set<String> changedFields() {
    Set<String> changed = new HashSet<>();
    List<com.github.javaparser.ast.expr.Expression> targets = new ArrayList<>();
    for (AssignExpr assignment : parsed.tree().findAll(AssignExpr.class)) {
      targets.add(assignment.getTarget());
    }
    for (UnaryExpr step : parsed.tree().findAll(UnaryExpr.class)) {
      if (LiftExpressions.steps(step)) {
        targets.add(step.getExpression());
      }
    }
    for (com.github.javaparser.ast.expr.Expression target : targets) {
      types
          .variable(target)
          .ifPresentOrElse(
              v -> {
                if (!v.isLocal() && !standsInConstructorOf(target, v)) {
                  changed.add(v.owner() + "#" + v.name());
                }
              },
              () ->
                  target
                      .toFieldAccessExpr()
                      .ifPresent(access -> changed.add("#" + access.getNameAsString())));
    }
    return Set.copyOf(changed);
  }

  private boolean standsInConstructorOf(
      com.github.javaparser.ast.expr.Expression target, Declaration variable) {
    for (Node at = target; at != null; at = at.getParentNode().orElse(null)) {
      if (at instanceof ConstructorDeclaration || at instanceof InitializerDeclaration) {
        Node declaring = at.getParentNode().orElse(null);
        boolean own =
            target.isNameExpr()
                || target.isFieldAccessExpr() && target.asFieldAccessExpr().getScope().isThisExpr();
        return own && Optional.of(variable.owner()).equals(types.className(declaring));
      }
      if (at instanceof MethodDeclaration) {
        return false;
      }
    }
    return false;
  }

  private boolean instrumented(Node type) {
    return type.findAll(MethodCallExpr.class).stream()
        .anyMatch(
            call ->
                types.method(call).map(m -> SHARDING.contains(m.owner())).orElse(false)
                    || call.getScope().map(Lift::namesSharding).orElse(false));
  }

  private static boolean namesSharding(com.github.javaparser.ast.expr.Expression scope) {
    return scope instanceof NameExpr name
        ? name.getNameAsString().equals("Shards")
        : scope instanceof FieldAccessExpr && SHARDING.contains(scope.toString());
  }
}
