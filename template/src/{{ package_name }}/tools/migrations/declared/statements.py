"""Views, functions and triggers as the statements that make them. Pure.

Names are written in full. Where one stands for another name, as that of a trial, it is given.
"""

from sqlalchemy.dialects.postgresql import asyncpg

from ....supabase.tables.functions import Argument, DeclaredFunction
from ....supabase.tables.triggers import DeclaredTrigger
from ....supabase.tables.views import DeclaredView, ViewIndex

quote = asyncpg.dialect().identifier_preparer.quote


def full(schema: str, name: str) -> str:
    """Return a name in its schema as SQL."""
    return f"{quote(schema)}.{quote(name)}"


def create_view(view: DeclaredView, name: str, kind: str = "view") -> str:
    """Return the statement that makes *view* by this *name*."""
    columns = f" ({', '.join(map(quote, view.columns))})" if view.columns else ""
    options = ", ".join(f"{option} = {value}" for option, value in view.options)
    with_ = f" with ({options})" if options else ""
    return f"create {kind} {name}{columns}{with_} as\n{view.query}"


def create_index(index: ViewIndex, table: str) -> str:
    """Return the statement that makes *index* on a materialized view."""
    unique = "unique " if index.unique else ""
    where = f" where {index.where}" if index.where else ""
    name = quote(index.name)
    return f"create {unique}index {name} on {table} using {index.using} ({index.keys}){where}"


def create_function(function: DeclaredFunction, name: str) -> str:
    """Return the statement that makes *function* by this *name*."""
    arguments = ", ".join(_argument(name, each) for name, each in function.arguments)
    words = [f"language {function.language}"]
    words += [function.volatility] if function.volatility != "volatile" else []
    words += ["strict"] if function.strict else []
    words += ["security definer"] if function.security == "definer" else []
    words += [f"parallel {function.parallel}"] if function.parallel != "unsafe" else []
    lines = [
        f"create function {name}({arguments})",
        f"returns {function.returns}",
        " ".join(words),
        *(f"set {setting} = {_value(setting, value)}" for setting, value in function.settings),
    ]
    dollars = _dollars(function.body)
    return "\n".join([*lines, f"as {dollars}", function.body, dollars])


def create_trigger(trigger: DeclaredTrigger, table: str) -> str:
    """Return the statement that makes *trigger* on this *table*."""
    columns = f" of {', '.join(map(quote, trigger.columns))}" if trigger.columns else ""
    events = " or ".join(event + (columns if event == "update" else "") for event in trigger.events)
    kind = "constraint trigger" if trigger.constraint else "trigger"
    lines = [f"create {kind} {quote(trigger.name)} {trigger.moment} {events} on {table}"]
    lines += [f"deferrable initially {trigger.constraint}"] if trigger.constraint else []
    tables = {"old": trigger.old_table, "new": trigger.new_table}
    named = [f"{side} table as {quote(name)}" for side, name in tables.items() if name]
    lines += [f"referencing {' '.join(named)}"] if named else []
    lines.append(f"for each {trigger.each}")
    lines += [f"when ({trigger.when})"] if trigger.when else []
    arguments = ", ".join(map(literal, trigger.arguments))
    lines.append(f"execute function {full(*trigger.function)}({arguments})")
    return "\n".join(lines)


def or_replace(statement: str) -> str:
    """Return *statement* so that it takes the place of what is there."""
    words = statement[: len("create or replace")].lower()
    return statement if words == "create or replace" else f"create or replace{statement[6:]}"


def literal(text: str) -> str:
    """Return *text* as a value in SQL."""
    quoted = "'" + text.replace("'", "''") + "'"
    return f"E{quoted}".replace("\\", "\\\\") if "\\" in text else quoted


def _argument(name: str, argument: Argument) -> str:
    mode = "" if argument.mode == "in" else f"{argument.mode} "
    default = f" default {argument.default}" if argument.default else ""
    return f"{mode}{quote(name)} {argument.type}{default}"


def _value(setting: str, value: str) -> str:
    """Return what *setting* is set to; the search path is a list of names."""
    if setting != "search_path" or not value:
        return literal(value)
    return ", ".join(quote(schema.strip().strip('"')) for schema in value.split(","))


def _dollars(body: str) -> str:
    dollars, number = "$function$", 0
    while dollars in body:
        dollars, number = f"$function{number}$", number + 1
    return dollars
