package dev.geminijava.passes.front;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.expr.SimpleName;
import com.github.javaparser.ast.nodeTypes.NodeWithSimpleName;
import com.github.javaparser.ast.stmt.ExplicitConstructorInvocationStmt;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.source.SourceFile;
import dev.geminijava.passes.source.Span;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/**
 * What javac knows about the nodes of the program's trees. Every question has an answer or none; no
 * exception escapes, and what javac could not attribute is simply not known.
 */
public final class Types {

  private final Attribution attribution;
  private final Map<String, Optional<TypeElement>> elements = new HashMap<>();
  private final Map<Element, Optional<SourceFile>> files = new HashMap<>();
  private final Map<SourceFile, Optional<TreeIndex>> indexes = new IdentityHashMap<>();

  Types(Attribution attribution) {
    this.attribution = attribution;
  }

  /** Attributes all sources at once, against each other and a class path. */
  public static Types of(List<SourceFile> files, List<Path> classPath) {
    return of(files, classPath, List.of());
  }

  /** Attributes all sources at once, against each other, a class path and further sources. */
  static Types of(List<SourceFile> files, List<Path> classPath, List<Path> sourcePath) {
    return new Types(Attribution.of(files, classPath, sourcePath));
  }

  /** The errors that javac found. */
  public List<Diagnostic> diagnostics() {
    return attribution.diagnostics();
  }

  /** The method or constructor that a call, a {@code new} or a method reference means. */
  public Optional<Method> method(Node call) {
    return known(() -> expression(call).flatMap(this::method));
  }

  /** The erased type of an expression, by its canonical name. */
  public Optional<String> type(Node expression) {
    return known(() -> mirror(expression).flatMap(this::name));
  }

  /** Whether an expression is of a type or one of its subtypes; false when not known. */
  public boolean isA(Node expression, String type) {
    return known(() -> mirror(expression).map(m -> subtype(m, type))).orElse(false);
  }

  /** Whether a class, by its canonical name, is a type or one of its subtypes. */
  public boolean isSubtype(String type, String supertype) {
    return known(() -> element(type).map(e -> subtype(e.asType(), supertype))).orElse(false);
  }

  /** Whether a class declaration, or the class body of a {@code new}, is a subtype of a type. */
  public boolean declaresSubtype(Node classDeclaration, String supertype) {
    return known(() -> classMirror(classDeclaration).map(m -> subtype(m, supertype))).orElse(false);
  }

  /**
   * What a class stands under and in.
   *
   * @param superclass its name; empty where there is none but {@code Object}
   * @param interfaces the names of those that it declares
   * @param enclosing the class around it; empty at the top
   * @param holdsOuter whether its objects know one of the class around it
   */
  record Supertypes(
      String superclass, List<String> interfaces, String enclosing, boolean holdsOuter) {}

  /** What a declared class, or the class body of a {@code new}, stands under and in. */
  Optional<Supertypes> supertypes(Node classDeclaration) {
    return known(
        () ->
            classMirror(classDeclaration)
                .map(m -> (TypeElement) ((DeclaredType) m).asElement())
                .map(this::supertypes));
  }

  private Supertypes supertypes(TypeElement type) {
    Element around = type.getEnclosingElement();
    boolean inStatic = type.getModifiers().contains(Modifier.STATIC);
    while (around != null && !(around instanceof TypeElement)) {
      inStatic |= around.getModifiers().contains(Modifier.STATIC);
      around = around.getEnclosingElement();
    }
    boolean inner =
        around != null
            && !inStatic
            && type.getKind() == ElementKind.CLASS
            && !around.getKind().isInterface();
    return new Supertypes(
        name(type.getSuperclass()).filter(n -> !n.equals("java.lang.Object")).orElse(""),
        type.getInterfaces().stream().flatMap(i -> name(i).stream()).toList(),
        around == null ? "" : name(around.asType()).orElse(""),
        inner);
  }

  /** The canonical name of a declared class. */
  public Optional<String> className(Node classDeclaration) {
    return known(() -> classMirror(classDeclaration).flatMap(this::name));
  }

  /** Whether a class has a member (of its own or inherited) of this name: a type or a field. */
  public boolean hasMember(Node classDeclaration, String name) {
    return known(
            () ->
                classMirror(classDeclaration)
                    .map(m -> (TypeElement) ((DeclaredType) m).asElement())
                    .map(e -> attribution.task().getElements().getAllMembers(e))
                    .map(
                        all ->
                            all.stream()
                                .filter(m -> !(m instanceof ExecutableElement))
                                .anyMatch(m -> m.getSimpleName().contentEquals(name))))
        .orElse(false);
  }

  /** The variable that a name or a field access means. */
  public Optional<Declaration> variable(Node name) {
    return known(
        () ->
            expression(name)
                .map(path -> attribution.trees().getElement(path))
                .filter(VariableElement.class::isInstance)
                .flatMap(e -> declaration((VariableElement) e)));
  }

  /** The erased type that a declared method returns. */
  Optional<String> result(MethodDeclaration method) {
    return known(
        () ->
            at(method, TreeIndex::declaration)
                .map(path -> attribution.trees().getElement(path))
                .flatMap(e -> name(((ExecutableElement) e).getReturnType())));
  }

  /** The class that a name in an expression means. */
  Optional<String> typeNamed(Node name) {
    return known(
        () ->
            expression(name)
                .map(path -> attribution.trees().getElement(path))
                .filter(TypeElement.class::isInstance)
                .flatMap(e -> name(e.asType())));
  }

  /** The variable that a declarator or a parameter declares. */
  public Optional<Declaration> declared(Node declarator) {
    return known(
        () -> {
          Parsed parsed = Parsed.of(declarator);
          SimpleName name = ((NodeWithSimpleName<?>) declarator).getName();
          return index(parsed.file())
              .flatMap(i -> i.variableNamedAt(parsed.span(name), name.getIdentifier()))
              .flatMap(this::declaration);
        });
  }

  /** The value of a constant expression that is a name: a final variable set to a literal. */
  public Optional<Object> constant(Node name) {
    return known(
        () ->
            expression(name)
                .map(path -> attribution.trees().getElement(path))
                .filter(VariableElement.class::isInstance)
                .map(e -> ((VariableElement) e).getConstantValue()));
  }

  private Optional<Method> method(TreePath path) {
    Tree tree = path.getLeaf();
    TypeMirror value;
    Element element;
    if (tree instanceof MethodInvocationTree call) {
      element = attribution.trees().getElement(new TreePath(path, call.getMethodSelect()));
      value = attribution.trees().getTypeMirror(path);
    } else if (tree instanceof NewClassTree || tree instanceof MemberReferenceTree) {
      element = attribution.trees().getElement(path);
      value = attribution.trees().getTypeMirror(path);
    } else {
      return Optional.empty();
    }
    if (!(element instanceof ExecutableElement method)) {
      return Optional.empty();
    }
    return Optional.of(
        new Method(
            name(method.getEnclosingElement().asType()).orElseThrow(),
            method.getSimpleName().toString(),
            method.getParameters().stream().map(p -> name(p.asType()).orElseThrow()).toList(),
            name(value).orElseThrow(),
            method.getModifiers().contains(Modifier.STATIC),
            method.isVarArgs()));
  }

  private Optional<Declaration> declaration(VariableElement element) {
    Declaration.Kind kind = kind(element);
    Element owner = element;
    while (!(owner instanceof TypeElement)) {
      owner = owner.getEnclosingElement();
    }
    // javac searches the whole file for a class.
    Optional<SourceFile> file =
        files.computeIfAbsent(
            owner,
            o ->
                Optional.ofNullable(attribution.trees().getPath(o))
                    .map(TreePath::getCompilationUnit)
                    .flatMap(attribution::file));
    Optional<Span> span = file.flatMap(this::index).flatMap(index -> index.variable(element));
    return Optional.of(
        new Declaration(
            kind,
            element.getSimpleName().toString(),
            name(element.asType()).orElseThrow(),
            name(owner.asType()).orElseThrow(),
            file,
            span));
  }

  private static Declaration.Kind kind(VariableElement element) {
    if (element.getKind() == ElementKind.PARAMETER
        || element.getKind() == ElementKind.EXCEPTION_PARAMETER) {
      return Declaration.Kind.PARAMETER;
    }
    if (!element.getKind().isField()) {
      return Declaration.Kind.LOCAL;
    }
    return element.getModifiers().contains(Modifier.STATIC)
        ? Declaration.Kind.STATIC_FIELD
        : Declaration.Kind.FIELD;
  }

  private boolean subtype(TypeMirror type, String supertype) {
    Optional<TypeElement> target = element(supertype);
    if (target.isEmpty() || type.getKind() == TypeKind.NULL || type.getKind() == TypeKind.ERROR) {
      return false;
    }
    javax.lang.model.util.Types types = attribution.task().getTypes();
    return types.isSubtype(types.erasure(type), types.erasure(target.get().asType()));
  }

  /** javac searches all modules for a name, so what it finds is kept. */
  private Optional<TypeElement> element(String type) {
    return elements.computeIfAbsent(
        type, t -> Optional.ofNullable(attribution.task().getElements().getTypeElement(t)));
  }

  private Optional<String> name(TypeMirror type) {
    TypeMirror erased = attribution.task().getTypes().erasure(type);
    if (erased.getKind().isPrimitive() || erased.getKind() == TypeKind.VOID) {
      return Optional.of(erased.getKind().name().toLowerCase(java.util.Locale.ROOT));
    }
    if (erased instanceof ArrayType array) {
      return name(array.getComponentType()).map(component -> component + "[]");
    }
    if (erased instanceof IntersectionType both) {
      return name(both.getBounds().get(0));
    }
    if (erased.getKind() != TypeKind.DECLARED) {
      return Optional.empty();
    }
    TypeElement element = (TypeElement) ((DeclaredType) erased).asElement();
    if (!element.getQualifiedName().isEmpty()) {
      return Optional.of(element.getQualifiedName().toString());
    }
    // Local and anonymous classes have no canonical name.
    return Optional.of(attribution.task().getElements().getBinaryName(element).toString());
  }

  private Optional<TypeMirror> mirror(Node expression) {
    return expression(expression).map(path -> attribution.trees().getTypeMirror(path));
  }

  private Optional<TypeMirror> classMirror(Node declaration) {
    if (declaration instanceof ObjectCreationExpr) {
      return mirror(declaration);
    }
    if (!(declaration instanceof TypeDeclaration<?>)) {
      return Optional.empty();
    }
    return at(declaration, TreeIndex::declaration)
        .map(path -> attribution.trees().getElement(path))
        .filter(TypeElement.class::isInstance)
        .map(Element::asType);
  }

  private Optional<TreePath> expression(Node node) {
    return at(node, TreeIndex::expression);
  }

  private Optional<TreePath> at(
      Node node, java.util.function.BiFunction<TreeIndex, Span, Optional<TreePath>> find) {
    Parsed parsed = Parsed.of(node);
    Span span = parsed.span(node);
    // The statement this(...); has a semicolon, which javac's call has not.
    Span found =
        node instanceof ExplicitConstructorInvocationStmt
            ? new Span(span.start(), span.end() - 1)
            : span;
    return index(parsed.file()).flatMap(index -> find.apply(index, found));
  }

  private Optional<TreeIndex> index(SourceFile file) {
    return indexes.computeIfAbsent(
        file,
        f ->
            Optional.ofNullable(attribution.units().get(f))
                .map(unit -> new TreeIndex(unit, attribution.trees())));
  }

  private static <T> Optional<T> known(Supplier<Optional<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException | AssertionError e) {
      // javac answers questions about broken code with exceptions of many kinds.
      return Optional.empty();
    }
  }
}
