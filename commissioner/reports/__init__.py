"""Reports: a ``Document`` of headings, paragraphs and tables, written as plain text or PDF. Plain values in, a document out."""
