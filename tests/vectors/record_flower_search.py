"""Records how Flower reads search texts: the tree, or the error. Writes flower-search.json beside this file.

    ~/.cache/umbel/venv/bin/python tests/vectors/record_flower_search.py
"""
import importlib.metadata
import json
import pathlib
import random

from flower.utils import search

CASES = [
    "", "   ", "abc", "ab", "ABC", "abc def", "abc AND def", "abc OR def", "abc or def", "abc and def",
    "abc OR def ghi", "abc def OR ghi jkl", "(abc OR def) ghi", "((abc))", "(abc", "abc)", "()", "( )", ")", "(",
    "abc OR", "abc AND", "OR abc", "AND abc", "abc AND AND def", "abc OR OR def", "abc AND OR def", "OR", "AND",
    "(abc OR) def", "(abc AND)", "(OR abc)", "(AND abc)", "abc (OR)", "abc AND (def", "abc AND )",
    "NOT abc", "abc NOT def", "not abc", "NOT", "abc AND NOT def", "(NOT abc)", "-abc", "abc -def", "-", "- abc",
    "-state:SUCCESS", "-(abc)", "abc-def", '-"abc"', '"-abc"', '"NOT"', '"AND"', '"OR" abc',
    "state:SUCCESS", "state:s", "STATE:success", "state:", "state: SUCCESS", 'state:""', 'state:"SUCCESS"', "state:(a)",
    "name:ab", "name:abc", "name:", "name:a", 'name:"a b c"', 'name:"ab"', "name:abc:def", "worker:w@h", "worker:w",
    "args:1", "args:123", "kwargs:ab", "kwargs:abc", "kwargs:a=1", "kwargs:=1", "kwargs:a=", "kwargs:=", "kwargs:a=b=c",
    'kwargs:"a=b c"', 'kwargs:"a = b"', "KWARGS:A=B", "result:ok", "result:okay", "result:", 'result:"', "uuid:abcd",
    "foo:bar", "foo:", ":foo", ":", "::", "a:b", "name::", "name::abc", "task:abcd",
    '"abc def"', '"abc', 'abc"', 'abc"def', 'abc"def ghi"', '"abc"def', '"abc" "def"', '""', '" "', '"   "', '"ab"',
    '"a\\"bc"', '"a\\\\bc"', '"abc\\"', '"a\\nbc"', "abc\\def", '\\"abc', "a b", "abc d", "(ab)", "a OR b", "abc OR a",
    "abc abc", "abc AND abc", "abc OR abc", "(abc def) ghi", "(abc OR def) OR ghi", "(abc AND def) AND (abc AND ghi)",
    "abc\tdef", "abc\ndef", "ÄÖÜß", "straße", "İstanbul", "\u00a0abc\u00a0def", "日本語", "日本", "😀😀", "😀😀😀",
    "(" * 5 + "abc" + ")" * 5, "(" * 6 + "abc" + ")" * 6, "(" * 6, ")" * 6, "abc (def (ghi (jkl (mno (pqr)))))",
    "abc (def (ghi (jkl (mno (pqr (stu))))))", "a" * 2048, "a" * 2049, " " * 2049, " ".join(["abc"] * 64),
    " ".join(["abc"] * 128), " ".join(["abc"] * 129), " ".join(["abc"] * 127) + " (", "(" * 129, '"' * 3,
    " OR ".join(["abc"] * 64), " OR ".join(["abc"] * 65), "abc " * 128 + '"', "NOT(abc)", "abc(def)", "abc(def", "(abc)(def)",
    "abcAND def", "abc ANDdef", "abc AND(def)", "(abc)AND(def)", "(abc)OR(def)", "state:SUCCESS name:abc OR worker:w@h",
    "name:(abc)", 'name:abc"def"', 'name:"abc"def', '"name":abc', 'name :abc', "name:NOT", "name:AND", "name:-abc", "name:OR",
    "<b>&amp;</b>", "it's", "'abc'", "a=b=c", "kwargs:a=1 AND kwargs:b=2", "--abc", "abc --def", "-abc-", "AND)", "(OR", "OR )",
]


def tree(node):
    kind = type(node).__name__
    if kind == "Term":
        return [node.field, node.value]
    if kind == "MatchAll":
        return []
    return {kind.lower(): [tree(child) for child in node.children]}


def outcome(text):
    try:
        return {"text": text, "tree": tree(search.parse_query(text))}
    except search.QuerySyntaxError as error:
        return {"text": text, "error": str(error)}


def random_cases(count):
    pieces = ["abc", "de", "(", ")", " ", " ", " ", "AND", "OR", "NOT", "-", '"', "\\", "name:", "state:", "kwargs:", "k=v", ":"]
    chance = random.Random(7)
    return ["".join(chance.choice(pieces) for _ in range(chance.randint(1, 9))) for _ in range(count)]


if __name__ == "__main__":
    versions = {"flower": importlib.metadata.version("flower")}
    texts = list(dict.fromkeys(CASES + random_cases(400)))
    rows = ",\n".join(json.dumps(outcome(text)) for text in texts)
    out = pathlib.Path(__file__).with_name("flower-search.json")
    out.write_text('{"versions": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(versions), rows))
