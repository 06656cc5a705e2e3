"""Who may reach a table, as the database has it: in our words, or in the database's and why."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, MetaData, Table, Text

from ...supabase.tables.grants import in_words
from ...supabase.tables.policies import Grant, Policy, secure, security
from ..migrations.policies.declared import declared
from ..schema.relations import GrantFound, PolicyFound, Relation
from .literals import call, literal
from .module import Module, comment
from .plan import Planned
from .scan import flat, unwrapped

QUOTED = "# The database alone says who reaches this table:"


def policies_source(module: Module, planned: Planned) -> str:
    """Return the statement that declares who may reach a table."""
    relation = planned.relation
    if reason := refusal(relation):
        unmanaged = module.imports.name("..supabase", "unmanaged")
        lines = [line for each in _quote(relation) for line in comment(f"> {each}", "    ")]
        head = [QUOTED, *lines] if lines else []
        return "\n".join([*head, call(unmanaged, planned.name, because=literal(reason))])
    arguments = [_policy(module, each) for each in relation.policies]
    function = module.imports.name("..supabase", "secure")
    return call(
        function,
        planned.name,
        *arguments,
        grants=grants_source(_spelled(relation.grants)),
        force=None if relation.row_security_forced else "False",
    )


def refusal(relation: Relation) -> str | None:
    """Return why our words do not say it, or None."""
    if not declared(Table("new", MetaData()), None).enabled:
        return "this project declares no row level security"
    if not relation.row_security:
        return "row level security is off"
    for grant in relation.grants:
        if grant.grantable:
            return f"{grant.role} may pass on what it is granted"
    if any(each.command == "all" for each in relation.policies):
        name = next(each.name for each in relation.policies if each.command == "all")
        return f"policy {name!r} is for all commands: write one for each"
    table = Table("it", MetaData(), *(Column(column.name, Text) for column in relation.columns))
    policies = [as_declared(each) for each in relation.policies]
    try:
        secure(table, *policies, grants=_spelled(relation.grants))
    except ValueError as error:
        return str(error).removeprefix("it: ")
    said = security(table)
    wanted = frozenset(Grant(each.role, each.privilege, each.column) for each in relation.grants)
    return None if said and said.grants == wanted else "a column's name cannot stand in a grant"


def as_declared(policy: PolicyFound) -> Policy:
    """Return a policy of the database's as one that is declared."""
    return Policy(
        policy.name,
        policy.command,
        using=policy.using,
        check=policy.check,
        to=policy.roles,
        restrictive=not policy.permissive,
    )


def _policy(module: Module, policy: PolicyFound) -> str:
    roles = sorted(policy.roles)
    to = literal(roles[0]) if len(roles) == 1 else f"({', '.join(map(literal, roles))})"
    return call(
        module.imports.name("..supabase", "Policy"),
        literal(policy.name),
        literal(policy.command),
        using=_condition(policy.using),
        check=_condition(policy.check),
        to=None if roles == ["authenticated"] else to,
        restrictive=None if policy.permissive else "True",
    )


def _condition(text: str | None) -> str | None:
    return literal(unwrapped(flat(text))) if text else None


def _spelled(grants: Sequence[GrantFound]) -> dict[str, str]:
    """Return what each role is granted, as `secure()` reads it."""
    whole = {(each.role, each.privilege) for each in grants if each.column is None}
    said = [
        Grant(each.role, each.privilege, each.column)
        for each in grants
        if each.column is None or (each.role, each.privilege) not in whole
    ]
    return dict(sorted(in_words(said).items()))


def grants_source(grants: Mapping[str, str]) -> str | None:
    """Return the mapping that says what each role is granted; None where nobody is."""
    pairs = [f"{literal(role)}: {literal(text)}" for role, text in grants.items()]
    return f"{{{', '.join(pairs)}}}" if pairs else None


def _quote(relation: Relation) -> list[str]:
    """Return the statements, as a person would write them."""
    lines: list[str] = []
    if relation.row_security:
        lines.append(f"{'force' if relation.row_security_forced else 'enable'} row level security")
    lines += [f"grant {text} to {role}" for role, text in _spelled(relation.grants).items()]
    lines += [_quoted(each) for each in relation.policies]
    return lines


def _quoted(policy: PolicyFound) -> str:
    kind = "" if policy.permissive else " as restrictive"
    using = f" using ({unwrapped(flat(policy.using))})" if policy.using else ""
    check = f" with check ({unwrapped(flat(policy.check))})" if policy.check else ""
    roles = ", ".join(policy.roles)
    return f'policy "{policy.name}"{kind} for {policy.command} to {roles}{using}{check}'
