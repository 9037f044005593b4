package dev.geminijava.cli.launch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;

/** Loads the program's classes; they come before classes of the same name on the class path. */
final class MemoryLoader extends ClassLoader {

  private static final ProtectionDomain DOMAIN = MemoryLoader.class.getProtectionDomain();

  private final Map<String, byte[]> classes;

  MemoryLoader(Map<String, byte[]> classes, ClassLoader parent) {
    super(parent);
    this.classes = classes;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    byte[] bytes = classes.get(name);
    if (bytes == null) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        loaded = defineClass(name, bytes, 0, bytes.length, DOMAIN);
      }
      if (resolve) {
        resolveClass(loaded);
      }
      return loaded;
    }
  }

  @Override
  public URL getResource(String name) {
    URL found = findResource(name);
    return found != null ? found : super.getResource(name);
  }

  @Override
  protected URL findResource(String name) {
    if (!name.endsWith(".class")) {
      return null;
    }
    byte[] bytes = classes.get(name.substring(0, name.length() - 6).replace('/', '.'));
    if (bytes == null) {
      return null;
    }
    try {
      return new URL("gemini", null, -1, "/" + name, new BytesHandler(bytes));
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL found = findResource(name);
    return Collections.enumeration(found == null ? List.of() : List.of(found));
  }

  private static final class BytesHandler extends URLStreamHandler {

    private final byte[] bytes;

    BytesHandler(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {
          connected = true;
        }

        @Override
        public InputStream getInputStream() throws IOException {
          return new ByteArrayInputStream(bytes);
        }
      };
    }
  }
}
