# Reads a java @argfile and writes its words quoted for the shell.
# The rules are java's: blanks separate, # begins a comment, quotes group, a backslash escapes inside
# quotes, and at a line's end inside quotes it joins the next line with its leading blanks cut.

function put(text) { word = word text; inside = 1 }

function done() {
  if (inside) {
    gsub(/'/, "'\\''", word)
    printf "'%s' ", word
  }
  word = ""
  inside = 0
}

{
  sub(/\r$/, "")
  line = $0
  if (joined) sub(/^[ \t\f]+/, "", line)
  joined = 0
  n = length(line)
  for (i = 1; i <= n; i++) {
    c = substr(line, i, 1)
    if (quote != "") {
      if (c == quote) quote = ""
      else if (c == "\\") {
        if (i == n) { joined = 1; break }
        c = substr(line, ++i, 1)
        if (c == "n") put("\n")
        else if (c == "r") put("\r")
        else if (c == "t") put("\t")
        else if (c == "f") put("\f")
        else put(c)
      } else put(c)
    } else if (c == "'" || c == "\"") { quote = c; inside = 1 }
    else if (c == " " || c == "\t" || c == "\f") done()
    else if (c == "#") break
    else put(c)
  }
  if (!joined) { quote = ""; done() }
}

END { done() }
