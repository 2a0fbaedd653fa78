"""No form is lost that is sent before its script stands."""

import re
from pathlib import Path
from typing import Final

FORM: Final = re.compile(r"<form\b[^>]*>")
WORKS_ALONE: Final = re.compile(r'\baction="|\bmethod="dialog"')
"""A form with an address to go to, and the question of a dialog, need no script to be sent."""


def test_a_form_works_without_its_script_or_waits_for_it(root: Path) -> None:
    """Each form has an address, or is inert until ``onSubmit`` takes it: sent before, it would only load the page anew."""
    forms = [
        (file.name, form)
        for file in sorted((root / "web" / "templates").glob("*.html"))
        for form in FORM.findall(file.read_text(encoding="utf-8"))
    ]
    assert len(forms) > 10
    assert [each for each in forms if bool(WORKS_ALONE.search(each[1])) == bool(re.search(r"\binert\b", each[1]))] == []


def test_scripts_take_forms_in_one_way(root: Path) -> None:
    """Nothing but ``onSubmit`` listens to a form that is sent, so none stays inert, and none is sent twice."""
    scripts = (root / "web" / "static" / "js").rglob("*.js")
    listening = [file.name for file in scripts if 'addEventListener("submit"' in file.read_text(encoding="utf-8")]
    assert listening == ["submit.js"]
