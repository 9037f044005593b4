package dev.geminijava.cli.launch;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The program's {@code main}: found and called as {@code java File.java} does it. */
final class MainMethod {

  /** From this version on, {@code main} may do without static, public and parameters. */
  private static final int RELAXED = 25;

  private final Method method;

  private MainMethod(Method method) {
    this.method = method;
  }

  /**
   * Finds it in the main file's first type, or else in the type that is called like the file.
   *
   * @throws CompileFailure if there is none, in java's words
   */
  static MainMethod find(List<String> types, String fileName, ClassLoader loader)
      throws CompileFailure {
    String failure = null;
    for (String type : types) {
      String simple = type.substring(type.lastIndexOf('.') + 1);
      if (failure == null || fileName.equals(simple + ".java")) {
        try {
          Method method = main(Class.forName(type, false, loader));
          String wrong = wrong(method, type);
          if (wrong == null) {
            method.setAccessible(true);
            return new MainMethod(method);
          }
          failure = failure == null ? wrong : failure;
        } catch (ClassNotFoundException e) {
          throw new CompileFailure("error: can't find class: " + type + "\n");
        }
      }
    }
    throw new CompileFailure(failure);
  }

  private static boolean relaxed() {
    return Runtime.version().feature() >= RELAXED;
  }

  private static Method main(Class<?> type) {
    try {
      return type.getDeclaredMethod("main", String[].class);
    } catch (NoSuchMethodException e) {
      if (relaxed()) {
        try {
          return type.getDeclaredMethod("main");
        } catch (NoSuchMethodException none) {
          return null;
        }
      }
      return null;
    }
  }

  private static String wrong(Method method, String type) {
    if (method == null) {
      String forms = relaxed() ? "main(String[]) or main()" : "main(String[])";
      return "error: can't find " + forms + " method in class: " + type + "\n";
    }
    int must = Modifier.PUBLIC | Modifier.STATIC;
    if ((method.getModifiers() & must) != must && !relaxed()) {
      return "error: 'main' method is not declared 'public static'\n";
    }
    if (method.getReturnType() != void.class) {
      return "error: 'main' method is not declared with a return type of 'void'\n";
    }
    return null;
  }

  /** Calls it; what it throws comes out with our own frames cut off. */
  void run(String[] args) throws Throwable {
    try {
      Object receiver = null;
      if (!Modifier.isStatic(method.getModifiers())) {
        Constructor<?> constructor = method.getDeclaringClass().getDeclaredConstructor();
        constructor.setAccessible(true);
        receiver = constructor.newInstance();
      }
      if (method.getParameterCount() == 0) {
        method.invoke(receiver);
      } else {
        method.invoke(receiver, (Object) args);
      }
    } catch (InvocationTargetException e) {
      cut(e.getCause(), e.getStackTrace().length, new IdentityHashMap<>());
      throw e.getCause();
    }
  }

  private static void cut(Throwable thrown, int below, Map<Throwable, Boolean> seen) {
    if (thrown == null || seen.put(thrown, true) != null) {
      return;
    }
    StackTraceElement[] trace = thrown.getStackTrace();
    // Another thread's trace, or one cut short, does not end in our main.
    if (trace.length > below
        && trace[trace.length - 1].getClassName().equals(Launch.class.getName())) {
      thrown.setStackTrace(Arrays.copyOf(trace, trace.length - below));
    }
    cut(thrown.getCause(), below, seen);
    for (Throwable suppressed : thrown.getSuppressed()) {
      cut(suppressed, below, seen);
    }
  }
}
