"""Pictures: the bytes that somebody sent in, a clean picture out. The only room that imports Pillow."""
