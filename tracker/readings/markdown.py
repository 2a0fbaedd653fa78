"""The rules in words: the list of readings in docs/readings.md."""

from collections.abc import Mapping

from tracker.readings.rules import ReadingRule, ReadingRules


def markdown_list(rules: ReadingRules) -> str:
    """What docs/readings.md has between its marks: a table of all readings, a section for each, and the words never guessed."""
    table = [
        f"| {rule.name} | {_yes(rule.enabled)} | {rule.window:g} s | {_yes(rule.validated)} | {rule.validation} |"
        for rule in rules.readings.values()
    ]
    words = [f"| {_spaced(word)} | {why} |" for word, why in rules.needs_context.items()]
    return "\n".join(
        [
            "| reading | on | window | validated | how, or why not |",
            "|---|---|---|---|---|",
            *table,
            "",
            *(line for name, rule in rules.readings.items() for line in _section(name, rule, rules.signs)),
            "### Words that are never guessed",
            "",
            "| word | why a face alone cannot tell it |",
            "|---|---|",
            *words,
        ]
    )


def _section(name: str, rule: ReadingRule, signs: Mapping[str, str]) -> list[str]:
    """One reading in Markdown."""
    return [
        f"### {_sentence(rule.name)} (`{name}`)",
        "",
        rule.meaning,
        "",
        f"- For it: {_weighed(rule.supports, signs)}.",
        *([f"- Against it: {_weighed(rule.opposes, signs)}."] if rule.opposes else []),
        f"- Told from a sum of {rule.threshold:g} on that lasts {rule.window:g} s.",
        *([f"- Has to be visible: {', '.join(f'`{sign}`' for sign in rule.must_see)}."] if rule.must_see else []),
        f"- Can also mean: {'; '.join(rule.alternatives)}.",
        f"- Source: {rule.source}.",
        "",
    ]


def _weighed(weights: Mapping[str, float], signs: Mapping[str, str]) -> str:
    return "; ".join(f"{signs[sign]} ({weight:g})" for sign, weight in weights.items())


def _yes(is_so: bool) -> str:  # noqa: FBT001 - a word for it
    return "yes" if is_so else "no"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _spaced(name: str) -> str:
    return name.replace("_", " ")
