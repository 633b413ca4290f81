"""The data of the live preview: one message, rendered, checked and measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from franking.batch.locales import locale_marketplace
from franking.batch.pipeline import Pipeline
from franking.batch.template_findings import brand_finding, untranslated_finding
from franking.catalog import PARTS, Catalog, parse_sample, sample_order
from franking.check import as_message, inspect, judge
from franking.check.rules.margin_width import RULE as MARGIN
from franking.errors import FrankingError
from franking.html.document import Document
from franking.mail import Mailbox, Sender, build_message
from franking.model import Finding, Inlined, Kind, Message, Order, OutgoingMessage, Sample
from franking.model.counted import counted
from franking.policy import Policy
from franking.preview.build import Decide, standalone
from franking.preview.known_verdicts import KnownVerdicts
from franking.preview.plans import Plan
from franking.preview.sample_lines import with_line
from franking.preview.xray import xray
from franking.rendering import InlinerName, text_direction
from franking.report import finding_json, verdict

_PLACE = re.compile(r"(?P<file>[^\n:]+):(?P<line>\d+): (?P<what>.*)", re.DOTALL)
_FILE = re.compile(r"(?P<file>[^\n:;]*[/\\][^\n:;]*): (?P<what>.*)", re.DOTALL)  # a whole file, such as a missing one
PREVIEW_SENDER = Sender("preview", Mailbox("preview@example.com", "Preview"))
_COMPOSED = 8  # composed messages that are kept: a page asks for one several times
SHOWN_SUFFIXES = (".j2", ".css", ".toml", ".json", ".po")


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice of a message: names of kind, theme and sample, and a language (BCP 47)."""

    kind: str
    theme: str
    language: str
    sample: str

    @property
    def name(self) -> str:
        """``kind/theme/language/sample``."""
        return f"{self.kind}/{self.theme}/{self.language}/{self.sample}"


class PreviewSession:
    """Renders messages of the designers' folders. ``forget`` must be called when a file changes. ``decide`` decides
    undecided findings, only in ``verdict`` and ``decided``, so the visible message does not wait for it."""

    def __init__(
        self,
        catalog: Catalog,
        policy: Policy,
        inliner: InlinerName = "css-inline",
        decide: Decide | None = None,
        known: KnownVerdicts | None = None,
    ) -> None:
        self.catalog = catalog
        self.policy = policy
        self.inliner: InlinerName = inliner
        self._decide = decide
        self._pipelines: dict[tuple[str, str], Pipeline] = {}
        self._composed: dict[tuple[Choice, str | None], Inlined] = {}
        self.known = known if known is not None else KnownVerdicts(policy)
        self.applied: list[Plan] = []  # the fixes that can be undone, the last one last

    def forget(self) -> None:
        """Read every file again."""
        self._pipelines, self._composed = {}, {}

    def choices(self) -> Iterator[Choice]:
        """Every kind × theme × language × sample. An unreadable kind is included; ``show`` reports its error."""
        for kind in self._names():
            folder = self.catalog.templates / kind.partition(":")[0] / "samples"
            samples = sorted(p.stem for p in folder.glob("*.json")) or ["-"]
            for theme in self.catalog.theme_names():
                for language in self.catalog.languages():
                    yield from (Choice(kind, theme, language, sample) for sample in samples)

    def titles(self) -> dict[str, str]:
        """The kinds' titles by name; the bare name if the kind cannot be read."""
        found: dict[str, str] = {}
        for name in self._names():
            try:
                kind = self.catalog.previewed(name)
                found[name] = kind.title if ":" not in name else f"{kind.title} (MJML)"
            except Exception:  # ``show`` says why
                found[name] = name
        return found

    def _names(self) -> list[str]:
        return [*self.catalog.variants(), *([PARTS] if (self.catalog.templates / PARTS / "kind.toml").is_file() else [])]

    def pipeline(self, kind: str, theme: str) -> Pipeline:
        """The pipeline of a kind in a theme. Raises ``FrankingError`` for errors in their files."""
        key = (kind, theme)
        known = self._pipelines  # a result must not be cached after ``forget`` in another thread
        pipeline = known.get(key)
        if pipeline is None:
            pipeline = known[key] = Pipeline(
                self.catalog, self.catalog.previewed(kind), self.catalog.theme(theme), self.policy, self.inliner
            )
        return pipeline

    def order(self, choice: Choice, data: str | None = None) -> Order:
        """The order of the sample, or of edited sample data (JSON). Raises ``FrankingError`` for invalid data."""
        kind = self.pipeline(choice.kind, choice.theme).kind
        sample = _sample(kind, choice.sample)
        if data is not None:
            sample = replace(sample, order=parse_sample(data, sample.file)["order"])
        return sample_order(sample, locale_marketplace(choice.language), kind)

    def compose(self, choice: Choice, data: str | None = None) -> Inlined:
        """The rendered message. Raises ``FrankingError`` with template file and line if rendering fails."""
        key, composed = (choice, data), self._composed  # as in ``pipeline``
        inlined = composed.get(key)
        if inlined is None:
            market = locale_marketplace(choice.language)
            pipeline = self.pipeline(choice.kind, choice.theme)
            inlined = pipeline.compose(self.order(choice, data), choice.language, market.locale)
            composed[key] = inlined
            for old in list(composed)[:-_COMPOSED]:
                composed.pop(old, None)
        return inlined

    def judged(self, choice: Choice) -> tuple[str, str, str]:
        """The verdict (``permitted``, ``rejected`` or ``broken``), the subject and the text part; the texts are empty if the
        message cannot be made."""
        try:
            inlined = self.compose(choice)
            return self._verdict(as_message(inlined)), inlined.draft.subject, inlined.text
        except Exception:  # ``show`` says why
            return "broken", "", ""

    def _verdict(self, message: Message) -> str:
        if self._decide is not None:  # a browser may give no answer, and another one later
            return verdict(self._decide(message, inspect(message, self.policy)))
        key, word = self.known.of(message)
        if not word:
            word = verdict(inspect(message, self.policy))
            self.known.put(message, key, word)
        return word

    def thumbnail(self, choice: Choice) -> str:
        """The HTML part with its images, unchecked. Raises ``FrankingError`` if the message cannot be made."""
        return standalone(self.compose(choice))

    def show(self, choice: Choice, data: str | None = None, width: int | None = None) -> dict[str, Any]:
        """The data that the page shows for a message; an error with file and line if it cannot be rendered."""
        try:
            sample = _sample(self.catalog.previewed(choice.kind), choice.sample)
            order = self.order(choice, data)
            inlined = self.compose(choice, data)
        except Exception as error:  # any exception of a template: the page must not keep showing the previous state
            return self._broken(choice, error, data)
        try:
            return self._shown(choice, data, width, sample, order, inlined)
        except Exception as error:
            return self._broken(choice, error, data)

    def _broken(self, choice: Choice, error: Exception, data: str | None) -> dict[str, Any]:
        sample = self._raw_sample(choice)
        located = with_line(sample if data is None else data, problem(error))
        located["open"] = str(Path(located["file"]).resolve()) if located["file"] else ""
        return {"name": choice.name, "verdict": "broken", "error": located, "sample": sample}

    def _shown(
        self, choice: Choice, data: str | None, width: int | None, sample: Sample, order: Order, inlined: Inlined
    ) -> dict[str, Any]:
        message = as_message(inlined)
        found, franked = judge(inlined, self.policy)
        findings = self._placed(choice, order, inlined, found)
        outgoing = (
            build_message(franked, PREVIEW_SENDER, order.buyer_email, order.purchased_at) if franked is not None else None
        )
        widths = sorted({*self.policy.widths, *([width] if width else [])})
        placed = _with_elements(inlined.html, findings)
        guilty = {index for finding in placed if finding["rule"] == MARGIN.slug for index in finding["indices"]}
        return {
            "name": choice.name, "verdict": verdict(findings), "subject": inlined.draft.subject, "html": standalone(inlined),
            "source": inlined.html, "text": inlined.text, "direction": text_direction(inlined.draft.locale),
            "headers": _headers(outgoing), "bytes": len(inlined.html.encode()),
            "wire": len(outgoing.content) if outgoing else 0,
            "findings": placed, "xray": [xray(message, self.policy, w, guilty) for w in widths],
            "widths": list(self.policy.widths), "sample": data if data is not None else self._raw_sample(choice),
            "sample_file": sample.file,
            "files": [[f.name, f.media_type, len(f.content)] for f in inlined.draft.files],
        }  # fmt: skip

    def decided(self, choice: Choice, data: str | None = None) -> dict[str, Any]:
        """The findings of a message after ``decide``, and the verdict. Raises ``FrankingError`` if the message cannot be
        made."""
        order, inlined = self.order(choice, data), self.compose(choice, data)
        found, _ = judge(inlined, self.policy)
        if self._decide is not None:
            found = self._decide(as_message(inlined), found)
        findings = self._placed(choice, order, inlined, found)
        return {"verdict": verdict(findings), "findings": _with_elements(inlined.html, findings)}

    def _placed(self, choice: Choice, order: Order, inlined: Inlined, found: list[Finding]) -> list[Finding]:
        """Findings with their template lines, including those that are not from the checker."""
        pipeline = self.pipeline(choice.kind, choice.theme)
        lacking = untranslated_finding(inlined.draft, "warning", self.catalog.templates)
        sample = self._sample_path(choice)
        placed = pipeline.placed(order, inlined, found, str(sample) if sample.is_file() else "", markup=True)
        return [finding for finding in (lacking, *placed, brand_finding(pipeline.example_brand)) if finding is not None]

    def outgoing(self, choice: Choice, sender: Sender, recipient: str = "", data: str | None = None) -> OutgoingMessage:
        """The outgoing message, for any recipient; "" is the sample's buyer. Raises ``FrankingError`` if the checker rejects
        it."""
        order = self.order(choice, data)
        findings, franked = judge(self.compose(choice, data), self.policy)
        if franked is None:
            raise FrankingError(f"{choice.name} is rejected ({counted(len(findings), 'finding')}); nothing was sent")
        return build_message(franked, sender, recipient or order.buyer_email, order.purchased_at)

    def source(self, file: str) -> str:
        """A file of the designers' folders. Raises ``FrankingError`` for any other."""
        return self.within(file).read_text("utf-8", "replace")

    def within(self, file: str) -> Path:
        """The path of a file in the designers' folders. Raises ``FrankingError`` for any other."""
        path = Path(file).resolve()
        roots = (self.catalog.templates.resolve(), self.catalog.themes.resolve())
        if not any(path.is_relative_to(root) for root in roots) or path.suffix not in SHOWN_SUFFIXES or not path.is_file():
            raise FrankingError("no such file in the templates and themes folders")
        return path

    def save_sample(self, choice: Choice, data: str) -> None:
        """Overwrite the sample file with edited data. Raises ``FrankingError`` if the data make no order."""
        sample = _sample(self.pipeline(choice.kind, choice.theme).kind, choice.sample)
        self.order(choice, data)
        try:
            self.within(sample.file).write_text(data.rstrip() + "\n", "utf-8")
        except OSError as error:
            raise FrankingError(f"{sample.file}: cannot be written: {error.strerror}") from None

    def _sample_path(self, choice: Choice) -> Path:
        return self.catalog.templates / choice.kind.partition(":")[0] / "samples" / f"{choice.sample}.json"

    def _raw_sample(self, choice: Choice) -> str:
        try:
            return self.source(str(self._sample_path(choice)))
        except (FrankingError, OSError):
            return ""


def problem(error: Exception) -> dict[str, Any]:
    """An error with its place, for the page. Of foreign exceptions only the type is shown, because their text may contain
    anything."""
    if not isinstance(error, FrankingError):
        return {"file": "", "line": 0, "message": f"{type(error).__name__} while this message was made"}
    match = _PLACE.fullmatch(str(error))
    if match is None:
        whole = _FILE.fullmatch(str(error))
        if whole is not None:
            return {"file": whole["file"], "line": 1, "message": whole["what"]}
        return {"file": "", "line": 0, "message": str(error)}
    return {"file": match["file"], "line": int(match["line"]), "message": match["what"]}


def _sample(kind: Kind, name: str) -> Sample:
    found = next((s for s in kind.samples if s.name == name), None)
    if found is None:
        raise FrankingError(f"{kind.path}/samples/{name[:60]}.json:1: no such sample; make one, such as plain.json")
    return found


def _headers(outgoing: OutgoingMessage | None) -> str:
    return outgoing.content.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n") if outgoing is not None else ""


def _with_elements(html: str, findings: list[Finding]) -> list[Mapping[str, Any]]:
    """Findings as JSON, with the number of their element; None for subject and text, and for findings without an element."""
    document = Document(html)
    offsets = [element.offset for element in document.elements]
    shown: list[Mapping[str, Any]] = []
    for finding in findings:
        indices: list[int] = []
        if finding.part == "html" and finding.path:  # findings without an element are shown only in the list
            for line, column in ((finding.line, finding.column), *finding.others):
                at = document.offset(line, column)
                indices.append(max((i for i, offset in enumerate(offsets) if offset <= at), default=0))
        template = finding.template
        absolute = str(Path(template.file).resolve()) if template is not None else ""
        index = indices[0] if indices else None
        shown.append({**finding_json(finding), "index": index, "indices": indices, "open": absolute})
    return shown
