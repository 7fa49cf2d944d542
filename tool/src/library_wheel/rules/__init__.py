"""The rules that `library-wheel check` applies, each with an id, a severity and a text that explains it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources

from ..problem import Problem, Severity
from ..resolution import Subject
from . import closure, exporters, files, names, paths, symbols, tags
from .finding import Finding


@dataclass(frozen=True)
class Rule:
    """One rule."""

    id: str
    severity: Severity
    # None for a rule about all wheels of a check, which the command applies.
    find: Callable[[Subject], Iterator[Finding]] | None

    @property
    def text(self) -> str:
        """Markdown that explains the rule: its meaning, why it matters, and how to fix its findings."""
        return (resources.files(__name__) / "texts" / f"{self.id}.md").read_text(encoding="utf-8")

    @property
    def title(self) -> str:
        """A few words about the rule's findings."""
        return self.text.splitlines()[0].partition(": ")[2]

    def problems(self, subject: Subject) -> Iterator[Problem]:
        """Yield this rule's findings in a wheel."""
        for found in self.find(subject) if self.find else ():
            yield Problem(self.id, self.severity, subject.wheel, found.library, found.files, found.message)


RULES: tuple[Rule, ...] = (
    Rule("missing-library", "error", closure.missing_library),
    Rule("unknown-provider", "warning", closure.unknown_provider),
    Rule("unrequired-provider", "error", closure.unrequired_provider),
    Rule("release-without-library", "error", closure.release_without_library),
    Rule("no-matching-release", "error", closure.no_matching_release),
    Rule("conditional-requirement", "error", closure.conditional_requirement),
    Rule("unreachable-library", "error", closure.unreachable_library),
    Rule("plugin-dependency", "note", closure.plugin_dependency),
    Rule("preloaded-library", "note", closure.preloaded_library),
    Rule("same-site-packages", "note", closure.same_site_packages),
    Rule("exporter-not-imported", "warning", closure.exporter_not_imported),
    Rule("requirement-cap", "warning", closure.requirement_cap),
    Rule("driver-library", "note", closure.driver_library),
    Rule("system-library", "note", closure.system_library),
    Rule("links-libpython", "warning", closure.links_libpython),
    Rule("missing-symbol-version", "error", symbols.missing_symbol_version),
    Rule("missing-symbol", "error", symbols.missing_symbol),
    Rule("writable-search-path", "error", paths.writable_search_path),
    Rule("absolute-search-path", "warning", paths.absolute_search_path),
    Rule("absolute-dependency", "error", paths.absolute_dependency),
    Rule("install-name", "warning", names.install_name),
    Rule("unversioned-name", "warning", names.unversioned_name),
    Rule("soname-file", "warning", names.soname_file),
    Rule("symlink", "error", names.symlink),
    Rule("duplicate-library", "warning", names.duplicate_library),
    Rule("stub-reference", "error", exporters.stub_reference),
    Rule("no-stub", "note", exporters.no_stub),
    Rule("discovery-file", "error", exporters.discovery_file),
    Rule("bundled-requirement", "warning", exporters.bundled_requirement),
    Rule("tag-platform", "error", tags.tag_platform),
    Rule("tag-too-old", "error", tags.tag_too_old),
    Rule("newer-musl", "note", tags.newer_musl),
    Rule("tag-python", "error", tags.tag_python),
    Rule("linux-tag", "note", tags.linux_tag),
    Rule("damaged-file", "error", files.damaged_file),
    Rule("executable-stack", "warning", files.executable_stack),
    Rule("unsigned", "error", files.unsigned),
    Rule("hardening", "note", files.hardening),
    Rule("sbom", "note", files.sbom),
    Rule("licence-files", "warning", files.licence_files),
    Rule("unmatched-exclude", "warning", None),
)
BY_ID = {rule.id: rule for rule in RULES}
