"""How Sphinx makes a site of the pages: `tox -e docs`. They are Markdown that a forge shows as well."""

import posixpath
import re
from pathlib import Path

from docutils.nodes import document
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
# So that the site begins with the first page, which is in a folder.
html_extra_path = ["root"]


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Give the first page a table of contents: what it links to, then other pages. A forge would show it as code."""
    if name == root_doc:
        folder = posixpath.dirname(root_doc)
        links = re.findall(r"\]\((\S+)\.md\)", source[0])
        pages = dict.fromkeys([posixpath.normpath(posixpath.join(folder, link)) for link in links])
        pages |= dict.fromkeys(sorted(app.env.found_docs - {root_doc, *pages}))
        entries = "\n".join(f"/{page}" for page in pages)
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{entries}\n```\n"


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


def setup(app: Sphinx) -> None:
    """Let Sphinx call the functions above."""
    app.connect("source-read", add_contents)
    app.connect("doctree-read", link_folders)
