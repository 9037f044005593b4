package dev.geminijava.cli.command;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A shape as people write it: {@code 1x28x28}. A size may be a name. */
final class InputShape implements ITypeConverter<Extents> {

  @Override
  public Extents convert(String text) {
    List<Dim> dims = new ArrayList<>();
    for (String size : text.split("[x,]", -1)) {
      if (!size.matches("[1-9]\\d{0,9}|[A-Za-wyz]\\w*")) {
        throw new TypeConversionException(
            "'" + text + "' is no shape: write sizes with an x between them, as in 1x28x28");
      }
      dims.add(Character.isDigit(size.charAt(0)) ? Dim.of(Long.parseLong(size)) : Dim.symbol(size));
    }
    return Extents.of(dims);
  }
}
