"""Canaries: what the program relies on in libraries beyond their documented API. Each fails with a sentence that says what is
relied on and where, so that a new version of a library is refused by a name and not by a wrong message.

``pyproject.toml`` bounds the same libraries from above; ``test_every_private_name_has_a_canary`` finds new uses.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiosmtplib
import filelock
import jinja2
import pytest
import typer
from jinja2 import DictLoader, Environment, nodes, pass_context, pass_environment, pass_eval_context
from jinja2.compiler import CodeGenerator
from jinja2.environment import Template
from jinja2.loaders import split_template_path
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape
from packaging.requirements import Requirement
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, select
from sqlalchemy.dialects import sqlite
from typer.core import TyperGroup
from typer.main import get_command

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "franking"
# The underscored names of libraries that the program uses, by the file that does.
PRIVATE = {
    "_output_child_pre": "shape_cache/fences.py",
    "_output_child_post": "shape_cache/fences.py",
    "_get_default_module": "shape_cache/fences.py",
    "_module": "shape_cache/fences.py",
    "_func": "shape_cache/macro_cache.py",
    "_block_vars": "shape_cache/fences.py",
    "_loop_vars": "shape_cache/fences.py",
    "_m0": "outbox/prepared.py",
}
BOUNDED = "aiosmtplib filelock jinja2 markupsafe sqlalchemy turbohtml typer procrastinate uvicorn".split()


def relied(holds: object, library: str, what: str, where: str) -> None:
    """Fail with a sentence where a library no longer does what a file relies on."""
    assert (SOURCE / where).is_file()
    assert holds, f"{where} relies on {library}: {what}. This version does not do so: adapt the file, or bound the version."


def test_every_private_name_has_a_canary() -> None:
    """An underscored attribute that no class of the program defines belongs to a library."""
    own: set[str] = {"_fields", "_make"}  # of NamedTuple, documented
    used: dict[str, str] = {}
    trees = {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}
    for tree in trees.values():
        own |= set(_defined(tree))
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.match(r"_[^_]", node.attr) and node.attr not in own:
                used[node.attr] = name
            imported = [node.module or "", *(a.name for a in node.names)] if isinstance(node, ast.ImportFrom) else []
            for part in ".".join(imported).split("."):
                if re.match(r"_[^_]", part) and not (imported[0].startswith("franking") or node.level):  # type: ignore[attr-defined]
                    used[part] = name
    assert {attribute: file for attribute, file in used.items() if PRIVATE.get(attribute) != file} == {}
    for attribute, file in PRIVATE.items():
        assert attribute in (SOURCE / file).read_text("utf-8"), f"{attribute} is not used any more: take its canary out"


def _defined(tree: ast.Module) -> Iterator[str]:
    """The underscored names that classes of a module define for themselves: methods, fields, slots, ``self._x = …``."""
    for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        third_party = {"Template", "CodeGenerator"} & {base.id for base in owner.bases if isinstance(base, ast.Name)}
        for node in ast.walk(owner):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not third_party:
                yield node.name
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and not third_party:
                yield node.attr


def test_what_has_a_canary_is_bounded_from_above() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    asked = {requirement.name: requirement for requirement in map(Requirement, lines)}
    assert [name for name in BOUNDED if not any(one.operator == "<" for one in asked[name].specifier)] == []


# -- Jinja2 ---------------------------------------------------------------------------------------------------------------


def test_jinja_templates_of_every_origin_pass_compile() -> None:
    seen: list[str] = []

    class Own(Environment):
        def compile(
            self, source: Any, name: Any = None, filename: Any = None, raw: Any = False, defer_init: bool = False
        ) -> Any:
            seen.append(source)
            return super().compile(self.parse(source, name, filename), name, filename, raw, defer_init)

    own = Own(loader=DictLoader({"a": "loaded {{ 1 }}"}))
    texts = own.get_template("a").render(), own.from_string("given {{ 2 }}").render()
    relied(
        texts == ("loaded 1", "given 2") and seen == ["loaded {{ 1 }}", "given {{ 2 }}"], "Jinja2",
        "each template passes `Environment.compile`, which takes a tree as well as a text", "rendering/limits.py",
    )  # fmt: skip


def test_jinja_joins_by_the_environments_concat() -> None:
    joined: list[str] = []

    def concat(pieces: Any) -> str:
        joined.append("".join(pieces))
        return joined[-1]

    own = Environment()
    own.concat = concat  # type: ignore[method-assign]
    own.from_string("{% macro m() %}in a macro{% endmacro %}{% set x %}in a set{% endset %}{{ m() }}{{ x }}").render()
    relied(
        {"in a macro", "in a set", "in a macroin a set"} <= set(joined), "Jinja2",
        "templates, macros and captured texts are joined by `environment.concat`", "rendering/limits.py",
    )  # fmt: skip


def test_jinja_marks_filters_that_take_the_context() -> None:
    marks = [hasattr(mark(lambda *_: ""), "jinja_pass_arg") for mark in (pass_context, pass_environment, pass_eval_context)]
    relied(
        all(marks) and not hasattr(Environment().filters["upper"], "jinja_pass_arg"), "Jinja2",
        "filters that are handed the context first have the attribute `jinja_pass_arg`", "rendering/limits.py",
    )  # fmt: skip


@pytest.mark.parametrize("source", ["{{ 'a{}'.format(1) }}", "{{ 'a{x}'.format_map({'x': 1}) }}"])
def test_jinja_formats_by_wrap_str_format(source: str) -> None:
    seen: list[object] = []

    class Own(ImmutableSandboxedEnvironment):
        def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
            wrapped = super().wrap_str_format(value)
            seen.append(wrapped)
            return wrapped

    relied(
        Own().from_string(source).render() == "a1" and any(seen), "Jinja2",
        "the sandbox asks `wrap_str_format` before it calls `str.format` and `str.format_map`", "rendering/limits.py",
    )  # fmt: skip


def test_jinja_splits_and_refuses_paths() -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        split_template_path("a/../../b")
    relied(
        split_template_path("a/b.html") == ["a", "b.html"], "Jinja2",
        "`split_template_path` gives the parts of a template's name", "rendering/environment.py",
    )  # fmt: skip


def test_jinja_has_newstyle_gettext() -> None:
    own = Environment(extensions=["jinja2.ext.i18n"])
    own.newstyle_gettext = True  # type: ignore[attr-defined]
    own.globals["gettext"] = lambda text, **values: f"{text} {values}"
    relied(
        own.from_string("{% trans name='A' %}Hello {{ name }}{% endtrans %}").render() == "Hello %(name)s {'name': 'A'}",
        "Jinja2", "with `environment.newstyle_gettext`, {% trans %} hands its values to gettext", "rendering/environment.py",
    )  # fmt: skip


def test_jinja_writes_each_expression_by_the_generators_hooks() -> None:
    class Writer(CodeGenerator):
        def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
            self.write("environment.put(" if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile else "(")

        def _output_child_post(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
            self.write(")")

    class Own(Environment):
        code_generator_class = Writer

        def put(self, value: object) -> str:
            return f"[{value}]"

    text = Own(autoescape=True).from_string("a {{ x }}{% for y in z %}{{ y }}{% endfor %}").render(x="<", z=[1, 2])
    relied(
        text == "a [<][1][2]", "Jinja2",
        "`CodeGenerator._output_child_pre` and `_output_child_post` write what stands around each expression that is put out, "
        "and `frame.eval_ctx` says whether it is escaped", "shape_cache/fences.py",
    )  # fmt: skip


def test_jinja_imports_by_the_default_module() -> None:
    made: list[object] = []

    class Own(Template):
        def _get_default_module(self, ctx: Context | None = None) -> Any:
            made.append(self._module)
            if self._module is None:
                self._module = self.make_module()
            return self._module

    own = Environment(loader=DictLoader({"m": "{% macro row(x) %}[{{ x }}]{% endmacro %}{% set _own = 1 %}"}))
    own.template_class = Own
    users = ["{% import 'm' as m %}{{ m.row(1) }}", "{% from 'm' import row %}{{ row(2) }}"]
    texts = [own.from_string(user).render() for user in users]
    relied(
        texts == ["[1]", "[2]"] and len(made) == 2 and made[0] is None and made[1] is not None, "Jinja2",
        "imports without context take `Template._get_default_module`, which keeps its result in `_module`, at first None",
        "shape_cache/fences.py",
    )  # fmt: skip


def test_jinja_macros_tell_how_they_are_called() -> None:
    module = Environment(autoescape=True).from_string(
        "{% macro row(x, y) %}[{{ x }}{{ y }}]{% endmacro %}{% macro all() %}{{ varargs }}{{ kwargs }}{{ caller() }}{% endmacro %}"
    ).module  # fmt: skip
    row, other = (vars(module)[name] for name in ("row", "all"))
    facts = [(type(m), m.arguments, bool(m.caller), bool(m.catch_kwargs), bool(m.catch_varargs)) for m in (row, other)]
    relied(
        facts == [(Macro, ("x", "y"), False, False, False), (Macro, (), True, True, True)], "Jinja2",
        "`vars()` of a template's module holds its macros, which say what they take", "shape_cache/macro_cache.py",
    )  # fmt: skip
    relied(
        str(row._func("a", "<")) == str(row("a", "<")) == "[a&lt;]", "Jinja2",
        "`Macro._func`, called with all arguments in order, makes what the macro does", "shape_cache/macro_cache.py",
    )  # fmt: skip


def test_jinja_calls_carry_two_private_arguments() -> None:
    kwargs_seen: list[set[str]] = []

    class Own(ImmutableSandboxedEnvironment):
        def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
            kwargs_seen.append(set(kwargs))
            assert isinstance(__context.eval_ctx.autoescape, bool)
            return super().call(__context, __obj, *args, **kwargs)

    source = "{% block b %}{{ f(0, named=1) }}{% for x in y %}{% set w = x %}{{ f(x, named=2) }}{% endfor %}{% endblock %}"
    text = Own().from_string(source).render(y=[1], f=lambda x, named: f"{x}{named}")
    relied(
        text == "0112" and [names - {"named"} for names in kwargs_seen] == [{"_block_vars"}, {"_loop_vars"}], "Jinja2",
        "calls in loops and blocks carry `_loop_vars` and `_block_vars` and no other argument of Jinja2's own",
        "shape_cache/fences.py",
    )  # fmt: skip


def test_markup_is_a_text_without_state() -> None:
    made = str.__new__(Markup, "<b>")
    relied(
        type(made) is Markup and escape(made) == "<b>" and f"{made}" == "<b>", "MarkupSafe",
        "a `Markup` made by `str.__new__` is as good as one made by its class", "shape_cache/fences.py",
    )  # fmt: skip


# -- SQLAlchemy -----------------------------------------------------------------------------------------------------------

_TABLE = Table("t", MetaData(), Column("a", Integer), Column("b", Integer), Column("c", Integer))


def test_sqlalchemy_numbers_the_rows_of_an_insert() -> None:
    statement = sqlite.insert(_TABLE).on_conflict_do_update(index_elements=["a"], set_={"c": 7})
    compiled = statement.values([{"a": None, "b": None}] * 2).compile(dialect=sqlite.dialect(paramstyle="qmark"))
    names = list(getattr(compiled, "positiontup", None) or [])
    relied(
        names[:4] == ["a_m0", "b_m0", "a_m1", "b_m1"] and [compiled.params[name] for name in names[4:]] == [7], "SQLAlchemy",
        "`positiontup` gives the parameters of an insert in order, those of the first row named with `_m0`", "outbox/prepared.py",
    )  # fmt: skip


def test_sqlalchemy_compiles_to_a_text_that_the_driver_takes() -> None:
    from sqlalchemy.dialects.postgresql import psycopg

    query = select(_TABLE.c.a).where(_TABLE.c.b == bindparam("given"), _TABLE.c.c == 5)
    own = query.compile(dialect=sqlite.dialect(paramstyle="named"))
    server = query.compile(dialect=psycopg.dialect())  # type: ignore[no-untyped-call]
    relied(
        ":given" in str(own) and own.params == {"given": None, "c_1": 5} and "%(given)s" in str(server), "SQLAlchemy",
        "a compiled statement is the driver's own text, its parameters by name, its constants in `params`", "outbox/prepared.py",
    )  # fmt: skip


# -- the others -----------------------------------------------------------------------------------------------------------


def test_aiosmtplib_hands_over_its_protocol_and_transport() -> None:
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            writer.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 well\r\n")
        writer.close()
        await writer.wait_closed()
        ended.set()

    async def story() -> tuple[bytes, bool]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.sockets[0].getsockname()[1], start_tls=False)
        await client.connect()
        heard = bytearray()
        protocol = client.protocol
        assert protocol is not None
        deliver = protocol.data_received

        def listen(data: bytes) -> None:
            heard.extend(data)
            deliver(data)

        protocol.data_received = listen  # type: ignore[method-assign]
        await client.ehlo()
        fit = isinstance(client.transport, asyncio.Transport)
        await client.quit()
        await ended.wait()
        server.close()
        await server.wait_closed()
        return bytes(heard), fit

    heard, fit = asyncio.run(story())
    relied(
        heard.startswith(b"250 well\r\n"), "aiosmtplib",
        "`client.protocol.data_received` of the open session may be replaced, and hears what the server says",
        "dispatch/starttls.py",
    )  # fmt: skip
    relied(fit, "aiosmtplib", "`client.transport` is the session's asyncio transport", "dispatch/smtp.py")


def test_filelock_locks_descriptors() -> None:
    exported = {"lock_descriptor", "unlock_descriptor"} <= set(filelock.__all__)
    relied(exported, "filelock", "`lock_descriptor` and `unlock_descriptor` are exported", "outbox/lock.py")


def test_typer_errors_and_groups() -> None:
    app = typer.Typer(no_args_is_help=True)
    app.command("a")(lambda number: None)
    app.command("b")(lambda: None)
    errors: list[typer.TyperException] = []
    for arguments in ([], ["a", "--none"]):
        with pytest.raises(typer.TyperException) as caught:
            app(arguments, standalone_mode=False)
        errors.append(caught.value)
    relied(
        type(errors[0]).__name__ == "NoArgsIsHelpError" and callable(getattr(errors[0], "show", None)), "typer",
        "a group without arguments raises `NoArgsIsHelpError`, which shows its help", "cli/entry.py",
    )  # fmt: skip
    context: Any = getattr(errors[1], "ctx", None)
    relied(
        errors[1].format_message() and context.command_path, "typer",
        "wrong arguments raise a `TyperException` with a text, and a context that names the command", "cli/entry.py",
    )  # fmt: skip
    group = get_command(app)
    relied(
        isinstance(group, TyperGroup) and list(group.commands) == ["a", "b"], "typer",
        "a group lists its `commands` by name", "cli/groups.py",
    )  # fmt: skip


def test_procrastinates_tables() -> None:
    """Their columns by the schema that the library brings; ``tests/real/test_workers.py`` asks a server."""
    procrastinate = pytest.importorskip("procrastinate")
    schema = procrastinate.App(connector=procrastinate.PsycopgConnector()).schema_manager.get_schema()
    columns = {
        "procrastinate_jobs": "id status priority args task_name worker_id",
        "procrastinate_workers": "id last_heartbeat",
    }
    for table, names in columns.items():
        made = re.search(rf"CREATE TABLE {table} ?\((.*?)\n\);", schema, re.DOTALL)
        there = re.findall(r"^ +(\w+) ", made[1], re.MULTILINE) if made else []
        relied(
            set(names.split()) <= set(there), "procrastinate", f"its table {table} has the columns {names}", "outbox/jobs.py"
        )
    states = re.search(r"CREATE TYPE procrastinate_job_status AS ENUM \((.*?)\)", schema, re.DOTALL)
    relied(
        states is not None and {"'todo'", "'doing'"} <= set(re.findall(r"'\w+'", states[1])), "procrastinate",
        "jobs that wait are `todo`, and jobs that run are `doing`", "outbox/jobs.py",
    )  # fmt: skip


def test_uvicorn_takes_signals_in_one_place() -> None:
    uvicorn = pytest.importorskip("uvicorn")
    relied(
        "with self.capture_signals():" in inspect.getsource(uvicorn.Server.serve), "uvicorn",
        "`Server.serve` takes signals in the context manager `capture_signals` alone", "preview/live.py",
    )  # fmt: skip


def test_turbohtml_says_where_tags_stand() -> None:
    import turbohtml
    from turbohtml.convert import css_specificity

    tree = turbohtml.parse("<p>a<b>c</b>", source_locations=True, allow_declarative_shadow_roots=False)
    (element,) = tree.select("b")
    assert element.source_location is not None
    span = element.source_location.start_tag
    relied(
        (span.start_offset, span.end_offset) == (4, 7), "turbohtml", "elements know the offsets of their tags", "html/parser.py"
    )
    relied(css_specificity("a#b.c") == [(1, 1, 1)], "turbohtml", "`css_specificity` reads a selector list", "html/parser.py")
