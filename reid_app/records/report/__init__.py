"""The report: one page for people, which any browser opens without a network."""

from reid_app.records.report.page import report_pieces
from reid_app.records.report.plan import SitePlan

__all__ = ["SitePlan", "report_pieces"]
