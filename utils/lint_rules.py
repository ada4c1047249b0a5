# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rules of lint.py. A rule takes a Tree and yields (path, line, message)."""
import os
import pathlib
import re

RULES = {}

CPP = (".cpp", ".h", ".c", ".inc", ".def")
CODE = CPP + (".td", ".py", ".sh", ".cmake", ".toml", ".in")


def rule(function):
    RULES[function.__name__.replace("_", "-")] = function
    return function


class Tree:
    """The text files of a checkout, read once; build folders are not part of it."""

    def __init__(self, root):
        self.texts = {}
        for folder, folders, files in os.walk(root):
            here = pathlib.Path(folder).relative_to(root)
            folders[:] = sorted(f for f in folders if not self.ignored(here / f))
            for name in sorted(set(files) - {".git"}):  # a file in a linked worktree
                data = pathlib.Path(root, here, name).read_bytes()
                if b"\0" not in data[:8192]:
                    self.texts[here / name] = data.decode("utf-8", "replace")

    @staticmethod
    def ignored(path):
        name = path.name
        return name in (".git", "__pycache__", ".cache") or (len(path.parts) == 1 and name.startswith("build"))

    def files(self, *tops, suffixes=None):
        """(path, text) below the given top folders, or everywhere."""
        for path, text in self.texts.items():
            if tops and path.parts[0] not in tops:
                continue
            if suffixes is None or path.suffix in suffixes:
                yield path, text

    def code(self, *tops):
        """Sources: by suffix, and scripts without one. CMake lists carry no ideas."""
        for path, text in self.files(*tops):
            if path.suffix in CODE or text.startswith("#!"):
                yield path, text

    def folders(self, *parts):
        """Names of the folders directly below one."""
        n = len(parts)
        return {p.parts[n] for p in self.texts if p.parts[:n] == parts and len(p.parts) > n + 1}


def lines(text):
    return enumerate(text.splitlines(), 1)


def matches(tree_files, pattern, message, allowed=lambda path, line: False):
    for path, text in tree_files:
        for number, line in lines(text):
            found = re.search(pattern, line)
            if found and not allowed(path, line):
                yield path, number, message.format(found.group(0).strip())


# --- who may say what ------------------------------------------------------

HELP_EXAMPLE = re.compile(r"--(target|cpu|features|triple)=")


@rule
def target_words(tree):
    """A target's name occurs in its own folder only; examples in help texts may name one."""
    # In lower case at the beginning of a word, in capitals anywhere (isX86).
    words = (r"(?<![a-z])(?:x86|avx|vnni|neon|cuda|nvvm)"
             r"|X86|A(?:vx|VX)|V(?:nni|NNI)|N(?:eon|EON)|C(?:uda|UDA)|N(?:vvm|VVM)")
    yield from matches(tree.files("dialects", "include", "lib", "tools"), words, "target word '{}' outside targets/",
                       lambda path, line: path.parts[0] == "tools" and HELP_EXAMPLE.search(line))


@rule
def deletable_targets(tree):
    """Without a target's folder all else builds and passes: what tests one lies in it. The oracle stays."""
    names = sorted(tree.folders("targets") - {"Reference"})
    if names:
        words = "|".join(names)
        pattern = rf"--target[= ]?[\"', ]*(?i:{words})\b(?!_64)|\btargets/(?:{words})\b"
        yield from matches(tree.files("benchmarks", "cmake", "models", "scripts", "test", "utils"), pattern,
                           "'{}' outside targets/: its tests belong into its folder",
                           lambda path, line: path.name.startswith("lint_"))


@rule
def options_in_tools(tree):
    """Options of a pass are TableGen's; the command line belongs to tools/."""
    sources = tree.files("dialects", "include", "lib", "targets", suffixes=CPP)
    yield from matches(sources, r"\bcl::(opt|list|bits|alias)\b",
                       "'{}' outside tools/: declare a pass option in Passes.td")


@rule
def no_abort(tree):
    """A library reports failure; only a tool ends the process. A guarded child may _exit."""
    calls = r"(?<![\w.>])(?:std::|::)?(?:abort|exit|quick_exit)\s*\(|report_fatal_error|reportFatal\w+Error"
    yield from matches(tree.files("dialects", "include", "lib", "targets", suffixes=CPP), calls,
                       "'{}' outside tools/: return failure with a diagnostic")


@rule
def no_static_mlir(tree):
    """Linking MLIRFoo adds a static copy of MLIR beside the shared one."""
    for path, text in tree.files():
        if path.name == "CMakeLists.txt" or path.suffix == ".cmake":
            for number, line in lines(text):
                for word in re.findall(r"\bMLIR[A-Z]\w*", line.split("#")[0]):
                    yield path, number, f"'{word}' links a static MLIR: link MLIR"


# --- includes ---------------------------------------------------------------

OURS = ("dialects", "include", "lib", "targets", "tools", "test", "pith")


def may_include(path, target):
    """Whether a source at `path` may include `target`; both name folders from the root."""
    top, into = path.parts[0], target.parts[0]
    if top == "test":
        return True
    if into in ("targets", "tools", "test"):
        return path.parts[:2] == target.parts[:2] and top == into or (top, into) == ("tools", "tools")
    if into == "dialects":
        return True
    if top == "dialects":
        return False
    if into == "pith":
        return True
    if top == "lib":
        return target.parts[1] in (path.parts[1], "Support") or path.parts[1] == "Pipeline"
    return top == "include" and target.parts[1] == "Support"


@rule
def include_table(tree):
    """Which folder may include which; an include names the folder it needs."""
    for path, text in tree.files("dialects", "include", "lib", "targets", "tools", suffixes=CPP + (".td",)):
        for number, line in lines(text):
            found = re.match(r'\s*#?\s*include\s+"([^"]+)"', line)
            if not found:
                continue
            target = pathlib.PurePosixPath(found.group(1))
            if len(target.parts) == 1 or target.parts[0] == "..":
                yield path, number, f"\"{target}\" names no folder: write it from the root of the repository"
            elif target.parts[0] in OURS and not may_include(path, target):
                yield path, number, f"\"{target}\" is not for {'/'.join(path.parts[:2])} to include"


# --- size -------------------------------------------------------------------

CAP, CMAKE_CAP, CMAKE_ROOT_CAP = 1000, 15, 99


@rule
def length(tree):
    """A source has at most 1,000 lines."""
    for path, text in tree.files():
        if path.suffix in CODE + (".mlir", ".test", ".md") and "docs/reference" not in path.as_posix():
            if (count := text.count("\n")) > CAP:
                yield path, CAP + 1, f"{count} lines, expected at most {CAP}: split it by family"


@rule
def cmake_length(tree):
    """A CMakeLists.txt is a list, not a program."""
    for path, text in tree.files():
        if path.name == "CMakeLists.txt":
            cap = CMAKE_CAP if len(path.parts) > 1 else CMAKE_ROOT_CAP
            if (count := text.count("\n")) > cap:
                yield path, cap + 1, f"{count} lines, expected at most {cap}: put the logic in cmake/"


# --- text -------------------------------------------------------------------

LICENCE, EMITTED = "Apache-2.0 WITH LLVM-exception", "0BSD"


@rule
def spdx(tree):
    """The licence stands in the first line, or the second where the first is '#!'."""
    for path, text in tree.code():
        legal = [LICENCE]
        if path.parts[0] == "runtime" or (path.parts[:2] == ("lib", "Emit") and path.suffix in (".c", ".h")):
            legal.append(EMITTED)  # goes into users' programs, free of conditions
        first = text.splitlines()[:2]
        wanted = first[1:2] if first and first[0].startswith("#!") else first[:1]
        if not wanted or not any(f"SPDX-License-Identifier: {name}" in wanted[0] for name in legal):
            yield path, 1, f"expected 'SPDX-License-Identifier: {' or '.join(legal)}' in the first line"


@rule
def todo(tree):
    """What is left to do has an issue."""
    words = r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\(#\d+\): )"
    yield from matches(tree.files(), words, "'{}' without an issue: write '(#123): ' behind it")


@rule
def machine_paths(tree):
    """Nothing depends on where a checkout lies."""
    yield from matches(tree.files(), r"(?<![\w.$}>-])/(?:work|root|home)(?:/|\b(?=[\"'\s]))",
                       "'{}' is a path of one machine")


@rule
def registry_hosts(tree):
    """Where packages come from is the machine's business."""
    hosts = (r"pypi\.(?:org|python)|pythonhosted\.|(?:deb|security|snapshot)\.debian\.org|apt\.llvm\.org"
             r"|(?:docker|ghcr|quay)\.io|crates\.io|npmjs\.|anaconda\.org")
    yield from matches(tree.files(), "(?i)" + hosts, "'{}' is the host of a package registry",
                       lambda path, line: path.as_posix() == "utils/lint_rules.py")


# --- one word for one thing -------------------------------------------------

def kebab(name):
    """QuantizeWeights -> quantize-weights, ConvertPithToLLVM -> convert-pith-to-llvm"""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


@rule
def pass_names(tree):
    """A pass's class, argument, file and test carry the same words."""
    stems = {p.stem for p, _ in tree.files("test", "targets", suffixes=(".mlir", ".test"))}
    for path, text in tree.files("dialects", "lib", "targets", suffixes=(".td",)):
        for number, line in lines(text):
            found = re.match(r'\s*def (\w+)\s*:\s*Pass<"([^"]*)"', line)
            if not found:
                continue
            name, argument = found.groups()
            words = kebab(name)
            prefix = f"pith-{path.parts[1].lower()}-" if path.parts[0] == "targets" else "pith-"
            legal = [prefix + words] + ([words] if words.split("-")[0] in ("convert", "verify") else [])
            if argument not in legal:
                yield path, number, f"expected pass {name} to be called {' or '.join(legal)}, got {argument}"
            if not any(p.name == name + ".cpp" and path.parent in p.parents for p in tree.texts):
                yield path, number, f"expected pass {name} in a {name}.cpp below {path.parent}"
            if words not in stems:
                yield path, number, f"expected a test {words}.mlir for pass {name}"


LOWER = "Lower"  # the stage that lives in the targets


@rule
def stage_words(tree):
    """A stage is one word: in the enum, the folder, its tests and the documentation."""
    stages, where = None, None
    for path, text in tree.files("include", suffixes=(".h", ".def")):
        if found := re.search(r"enum class Stage[^{]*\{(.*?)\}", text, re.DOTALL):
            body = re.sub(r"//[^\n]*|=[^,\n]*", "", found.group(1))
            stages, where = re.findall(r"\w+", body), path
    if stages is None:
        if tree.folders("lib"):
            yield pathlib.Path("include"), 1, "expected an 'enum class Stage' in include/"
        return
    documentation = tree.texts.get(pathlib.Path("docs/architecture.md"), "")
    for stage in stages:
        if stage != LOWER and stage not in tree.folders("lib"):
            yield where, 1, f"expected a folder lib/{stage} for stage {stage}"
        if stage != LOWER and stage not in tree.folders("test"):
            yield where, 1, f"expected tests in test/{stage} for stage {stage}"
        if not re.search(rf"\b{kebab(stage)}\b", documentation):
            yield where, 1, f"expected docs/architecture.md to describe stage {kebab(stage)}"


CODE_WORD = r"[a-z][a-z0-9_]*_c\d+"


@rule
def constraint_codes(tree):
    """A numbered constraint stands in the specification, in a message and in a test."""
    written, said, tested = {}, {}, set()
    for path, text in tree.files("dialects", suffixes=(".td", ".md")):
        for number, line in lines(text):
            if found := re.match(rf"\s*- ({CODE_WORD}):", line):
                if found.group(1) in written:
                    yield path, number, f"constraint {found.group(1)} is written twice"
                if path.suffix == ".td":  # a README's clauses are meanings, not messages
                    written[found.group(1)] = path, number
    for path, text in tree.files("dialects", suffixes=(".cpp", ".h")):
        for number, line in lines(text):
            for code in re.findall(rf'"[^"]*\b({CODE_WORD})\b[^"]*"', line):
                said.setdefault(code, (path, number))
    for path, text in tree.files("test", "targets", suffixes=(".mlir", ".test", ".cpp")):
        tested.update(re.findall(rf"\b{CODE_WORD}\b", text))
    for code, (path, number) in written.items():
        if code not in said:
            yield path, number, f"constraint {code} is in no message"
        if code not in tested:
            yield path, number, f"constraint {code} is in no test"
    for code, (path, number) in said.items():
        if code not in written:
            yield path, number, f"code {code} is not in the specification (a '- {code}: ' line of a .td file)"
