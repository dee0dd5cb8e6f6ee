# What jq has and the libraries lack.
def @csv: map(
    if isstring then "\"" + (split("\"") | join("\"\"")) + "\""
    elif isarray or isobject then error("@csv takes no nested values")
    elif . == null then ""
    else tostring end) | join(",");
def @tsv: map(
    if isstring then
      (split("\\") | join("\\\\")) | (split("\t") | join("\\t"))
      | (split("\n") | join("\\n")) | (split("\r") | join("\\r"))
    elif isarray or isobject then error("@tsv takes no nested values")
    elif . == null then ""
    else tostring end) | join("\t");
def ascii: [.] | implode;
def toarray: if isarray then . else [.] end;
def trimstr($text): ltrimstr($text) | rtrimstr($text);
