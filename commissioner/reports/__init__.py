"""Reports: headings, paragraphs and tables in, a printable document out."""
