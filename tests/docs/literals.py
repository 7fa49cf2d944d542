"""The texts in a source file."""

import ast
import functools

from library_wheel.project import packages
from library_wheel.project.packages import ROOT


@functools.cache
def literals(source: str) -> str:
    """Return the texts in a source file, or in one of its tests and their shared code."""
    name, _, test = source.partition("::")
    text = (ROOT / name).read_text()
    if not name.endswith(".py"):
        return text
    tree = ast.parse(text)
    # Constants: the module's own, and those that all tests share.
    known = {name: value for name, value in vars(packages).items() if isinstance(value, str)}
    for part in tree.body:
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant):
            known |= {target.id: part.value.value for target in part.targets if isinstance(target, ast.Name)}
    found = []
    for part in (part for part in tree.body if not test or getattr(part, "name", test) == test):
        for node in ast.walk(part):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.append("".join(spelled(piece, known) for piece in node.values))
    return "\n".join(found)


def spelled(piece: ast.expr, known: dict[str, str]) -> str:
    """Return a piece of an f-string, with a mark for each value."""
    if isinstance(piece, ast.Constant):
        return str(piece.value)
    return str(known.get(getattr(piece.value, "id", ""), "…"))
