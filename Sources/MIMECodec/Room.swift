// An empty room; its first file replaces this one.
