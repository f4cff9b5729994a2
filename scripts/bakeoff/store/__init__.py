"""Raw rows on disk and in DuckDB: the tables, their files and the database."""
