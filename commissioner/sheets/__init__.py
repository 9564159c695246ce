"""Sheets: the only room that knows a spreadsheet library. Plain values in, a file out."""
