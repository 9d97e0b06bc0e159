"""The dark theme: large enough to read at two metres, no pure white surfaces in a dark room."""

from __future__ import annotations

from PyQt6.QtGui import QColor, QFont, QPalette
from PyQt6.QtWidgets import QApplication

BASE_POINTS = 12.0
SMALLEST, LARGEST = 0.8, 2.0

_COLOURS = {
    QPalette.ColorRole.Window: "#16191D",
    QPalette.ColorRole.WindowText: "#E6E9EC",
    QPalette.ColorRole.Base: "#1D2126",
    QPalette.ColorRole.AlternateBase: "#23282E",
    QPalette.ColorRole.Text: "#E6E9EC",
    QPalette.ColorRole.PlaceholderText: "#9AA3AD",
    QPalette.ColorRole.Button: "#2A3038",
    QPalette.ColorRole.ButtonText: "#E6E9EC",
    QPalette.ColorRole.ToolTipBase: "#2A3038",
    QPalette.ColorRole.ToolTipText: "#FFFFFF",
    QPalette.ColorRole.Highlight: "#2F6FB3",
    QPalette.ColorRole.HighlightedText: "#FFFFFF",
    QPalette.ColorRole.Link: "#56B4E9",
}

_SHEET = """
QToolTip { color: #FFFFFF; background: #2A3038; border: 1px solid #56B4E9; padding: 4px; }
QDockWidget::title { background: #1D2126; padding: 6px; }
QTabWidget::pane { border: none; background: #16191D; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: #1D2126; color: #C4CAD1; padding: 6px 12px; border-bottom: 3px solid transparent; }
QTabBar::tab:selected { color: #FFFFFF; border-bottom: 3px solid #56B4E9; }
QPushButton, QToolButton { background: #2A3038; border: 1px solid #4A525C; border-radius: 4px; padding: 5px 10px; }
QPushButton:hover, QToolButton:hover { background: #36404B; }
QPushButton:focus, QToolButton:focus, QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus,
QListView:focus, QTreeView:focus, QTableView:focus { border: 2px solid #56B4E9; }
QPushButton:disabled, QToolButton:disabled { color: #7C858F; border-color: #333A42; }
QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox { background: #1D2126; border: 1px solid #4A525C;
  border-radius: 3px; padding: 4px; }
QListView, QTreeView, QTableView { background: #1D2126; border: 1px solid #333A42; }
QAbstractItemView::indicator, QCheckBox::indicator { width: 15px; height: 15px; border: 2px solid #AEB6BF;
  border-radius: 3px; background: #16191D; }
QAbstractItemView::indicator:checked, QCheckBox::indicator:checked { background: #56B4E9; border-color: #FFFFFF; }
QHeaderView::section { background: #23282E; color: #C4CAD1; border: none; padding: 5px; }
QLabel#heading { font-weight: bold; }
QLabel#quiet, QLabel#empty { color: #AEB6BF; }
QLabel#problem { color: #FF9A76; }
QLabel#typedNumber { background: rgba(0, 0, 0, 215); color: #FFFFFF; padding: 12px 20px; font-size: 22pt;
  border: 2px solid #56B4E9; }
QFrame#noticeInfo { background: #22303C; border-left: 6px solid #56B4E9; }
QFrame#noticeWarning { background: #3A3620; border-left: 6px solid #F0E442; }
QFrame#noticeError { background: #3F2A22; border-left: 6px solid #FF7F50; }
QFrame#noticeAlarm { background: #5A1F14; border: 3px solid #FF7F50; }
QFrame#recordedBanner { background: #3A3620; border-bottom: 3px solid #F0E442; }
QStatusBar::item { border: none; }
"""


def apply_theme(app: QApplication, scale: float = 1.0) -> None:
    """Give ``app`` the dark theme, its text ``scale`` times the usual size."""
    app.setStyle("Fusion")
    palette = QPalette()
    for role, colour in _COLOURS.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#7C858F"))
    app.setPalette(palette)
    font = QFont(app.font())
    font.setPointSizeF(BASE_POINTS * max(SMALLEST, min(LARGEST, scale)))
    app.setFont(font)
    app.setStyleSheet(_SHEET)
