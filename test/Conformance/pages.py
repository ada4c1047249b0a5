# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the programs share that write a page of docs/ from the lists of expected failures."""
import argparse
import sys

from run import ROOT, in_environment


def main(usage, path, text_of, skip=lambda: None):
    """Writes or checks a page: text_of(the collections of tests); skip() may say why it cannot be checked."""
    parser = argparse.ArgumentParser(description=usage, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only; print the command that repairs")
    args = parser.parse_args()
    in_environment()
    from cases import COLLECTIONS

    if args.check and (reason := skip()):
        print(f"skipped: {reason}", file=sys.stderr)
        return 77
    text = text_of(COLLECTIONS)
    if not args.check:
        path.write_text(text)
    elif not path.exists() or path.read_text() != text:
        return f"error: {path.relative_to(ROOT)} is out of date: run {sys.argv[0]}"
    return 0
