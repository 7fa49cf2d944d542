"""How Sphinx makes a site of the pages: `tox -e docs`. They are Markdown that a forge shows as well."""

import posixpath
import re
from pathlib import Path
from typing import ClassVar

from docutils.nodes import document
from pygments.lexers.meson import MesonLexer
from pygments.token import Number
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

project = "library-wheel"
extensions = ["myst_parser"]
# The repository itself is the source, so that its READMEs are pages, and links to its other files give these files.
root_doc = "docs/index"
include_patterns = ["README.md", "*/README.md", "examples/*/README.md", "docs/**.md"]
exclude_patterns = [".*", "build", "dist", "template", "**/subprojects"]
# For links to headings, by the names that a forge gives them.
myst_heading_anchors = 4
html_theme = "furo"
html_title = project
# LICENSE has the authors.
html_show_copyright = False
# So that the site begins with the first page, which is in a folder.
html_extra_path = ["root"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["messages.js"]


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Give the first page a table of contents, and a page that has a folder the pages in it.

    A forge would show these tables as code, so they are not in the pages.
    """
    if name == root_doc:
        placed: set[str] = set()
        for part in re.split(r"^## ", source[0], flags=re.MULTILINE):
            links = {page: text for text, page in linked(part) if page not in placed and not is_below(app, page)}
            placed |= {*links}
            heading = part.partition("\n")[0] if part is not source[0] and not part.startswith("# ") else ""
            source[0] += toctree([f"{text} </{page}>" for page, text in links.items()], heading)
        rest = sorted(page for page in app.env.found_docs - placed - {root_doc} if not is_below(app, page))
        source[0] += toctree([f"/{page}" for page in rest], "Other pages")
    else:
        source[0] += toctree([f"/{page}" for page in sorted(app.env.found_docs) if posixpath.dirname(page) == name])


def linked(text: str) -> list[tuple[str, str]]:
    """Return the texts and pages of the links from the first page."""
    folder = posixpath.dirname(root_doc)
    links = re.findall(r"\[([^\]]+)\]\((\S+)\.md\)", text)
    return [(words, posixpath.normpath(posixpath.join(folder, page))) for words, page in links]


def is_below(app: Sphinx, page: str) -> bool:
    """Return whether a page is in the folder of another one, which has it in its own table of contents."""
    return posixpath.dirname(page) in app.env.found_docs


def toctree(entries: list[str], caption: str = "") -> str:
    """Return a table of contents for the sidebar alone."""
    options = ":hidden:\n" + (f":caption: {caption}\n" if caption else "")
    return "\n```{{toctree}}\n{}\n{}\n```\n".format(options, "\n".join(entries)) if entries else ""


def link_folders(app: Sphinx, doctree: document) -> None:
    """Link folders to their READMEs, as a forge would show them; a folder that has none is no link."""
    for node in list(doctree.findall(pending_xref)):
        folder = Path(app.srcdir, app.env.docname).parent / node["reftarget"]
        if node["reftype"] == "myst" and folder.is_dir():
            readme = (folder.resolve().relative_to(app.srcdir) / "README").as_posix()
            if readme in app.env.found_docs:
                node.attributes.update(refdomain="doc", reftarget=readme, reftargetid=None)
            else:
                node.replace_self(node.children)


class Meson(MesonLexer):
    """Pygments' lexer of Meson, with the number 0, which it lacks."""

    tokens: ClassVar = {**MesonLexer.tokens, "root": [(r"0\b", Number.Integer), *MesonLexer.tokens["root"]]}


def setup(app: Sphinx) -> None:
    """Let Sphinx call the functions above."""
    app.add_lexer("meson", Meson)
    app.connect("source-read", add_contents)
    app.connect("doctree-read", link_folders)
