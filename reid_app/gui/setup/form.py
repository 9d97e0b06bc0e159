"""Draws a section of the settings as a form."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from pydantic import BaseModel
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reid_app.config.redact import origin, redact
from reid_app.errors import SettingsError
from reid_app.gui.i18n import translate
from reid_app.gui.pictures import plain_label
from reid_app.gui.setup.fields import FieldPlan, Kind, plan


class SettingsForm(QWidget):
    """One editor for each setting of a section, with its title, description and bounds.

    What is left empty is left out of the site file: the default holds.

    Args:
        model: The section.
        skip: Settings that are edited elsewhere.
        narrow: Whether titles stand above their editors.
        parent: Qt parent.
    """

    edited = pyqtSignal()
    """The operator changed something."""

    def __init__(
        self,
        model: type[BaseModel],
        skip: tuple[str, ...] = (),
        *,
        narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._plans = tuple(field for field in plan(model) if field.name not in skip)
        self._editors: dict[str, QWidget] = {}
        self._secrets: dict[str, str] = {}
        layout = QFormLayout(self)
        wrap = QFormLayout.RowWrapPolicy
        layout.setRowWrapPolicy(wrap.WrapAllRows if narrow else wrap.WrapLongRows)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for field in self._plans:
            editor = self._make(field)
            self._editors[field.name] = editor
            editor.setAccessibleName(field.title)
            if field.kind is Kind.SECTION:
                group = QGroupBox(field.title)
                inner = QVBoxLayout(group)
                inner.addWidget(plain_label(field.description, "quiet", wraps=True))
                inner.addWidget(editor)
                layout.addRow(group)
                continue
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(editor)
            cell.addWidget(plain_label(_explained(field), "quiet", wraps=True))
            layout.addRow(plain_label(field.title), cell)

    def _make(self, field: FieldPlan) -> QWidget:
        if field.kind is Kind.SECTION and field.section is not None:
            form = SettingsForm(field.section)
            form.edited.connect(self.edited)
            return form
        if field.kind in (Kind.SWITCH, Kind.CHOICE):
            box = QComboBox()
            words = translate("Setup", "default ({0})").format(field.default)
            box.addItem(words if field.default else translate("Setup", "left out"), None)
            for choice in field.choices or ("true", "false"):
                box.addItem(choice, choice == "true" if field.kind is Kind.SWITCH else choice)
            box.currentIndexChanged.connect(lambda _: self.edited.emit())
            return box
        if field.kind is Kind.YAML:
            text = QPlainTextEdit()
            text.setPlaceholderText(field.default)
            text.setTabChangesFocus(True)
            text.setMaximumHeight(90)
            text.textChanged.connect(self.edited)
            return text
        line = QLineEdit()
        line.setPlaceholderText(field.default)
        line.textEdited.connect(lambda _: self.edited.emit())
        return line

    def editor(self, name: str) -> QWidget:
        """Return a setting's editor."""
        return self._editors[name]

    def show_values(self, values: object) -> None:
        """Show what stands in the site file."""
        known = values if isinstance(values, Mapping) else {}
        for field in self._plans:
            editor, value = self._editors[field.name], known.get(field.name)
            if isinstance(editor, SettingsForm):
                editor.show_values(value)
            elif isinstance(editor, QComboBox):
                editor.setCurrentIndex(max(0, editor.findData(value)))
            elif isinstance(editor, QPlainTextEdit):
                editor.setPlainText("" if value is None else _flow(value))
            elif isinstance(editor, QLineEdit) and field.kind is Kind.SECRET:
                self._secrets[field.name] = "" if value is None else str(value)
                editor.clear()
                hide = origin if field.origin_only else redact
                editor.setPlaceholderText(hide(self._secrets[field.name]) or "")
            elif isinstance(editor, QLineEdit):
                editor.setText("" if value is None else str(value))

    def values(self) -> dict[str, Any]:
        """Return what is to stand in the site file; None is left out.

        Raises:
            SettingsError: A number is no number, or a list is no list.
        """
        return {field.name: self._value(field) for field in self._plans}

    def _value(self, field: FieldPlan) -> Any:
        editor = self._editors[field.name]
        if isinstance(editor, SettingsForm):
            inner = {key: value for key, value in editor.values().items() if value is not None}
            return inner or None
        if isinstance(editor, QComboBox):
            return editor.currentData()
        if isinstance(editor, QPlainTextEdit):
            return _read_yaml(editor.toPlainText(), field.title)
        text = editor.text().strip() if isinstance(editor, QLineEdit) else ""
        if field.kind is Kind.SECRET:
            return text or self._secrets.get(field.name) or None
        if not text:
            return None
        return _number(text, field) if field.kind is Kind.NUMBER else text


def _explained(field: FieldPlan) -> str:
    parts = [field.description]
    if field.bounds:
        parts.append(f"({field.bounds})")
    if field.kind is Kind.YAML:
        parts.append(translate("Setup", "A list, written as in the site file."))
    return " ".join(parts)


def _number(text: str, field: FieldPlan) -> int | float:
    try:
        return int(text) if field.whole else _tidy(float(text.replace(",", ".")))
    except ValueError:
        words = translate("Setup", "{0}: {1} is not a number").format(field.title, text[:40])
        raise SettingsError(words) from None


def _tidy(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _flow(value: object) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = True
    yaml.width = 4096
    out = StringIO()
    yaml.dump(value, out)
    return out.getvalue().strip().removesuffix("...").strip()


def _read_yaml(text: str, title: str) -> Any:
    if not text.strip():
        return None
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        raise SettingsError(
            translate("Setup", "{0}: this cannot be read; brackets or commas are missing").format(title)
        ) from None
