"""Where everything seen is kept: database, thumbnails, match log and exports.

:class:`~reid_app.records.records.Records` writes and reads the records of a
running site; :class:`~reid_app.records.reader.RecordsReader` reads those of any
site, also while it runs. docs/records.md describes the tables.
"""
