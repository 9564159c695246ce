"""Forms: they read and refuse in words; the domain judges."""
