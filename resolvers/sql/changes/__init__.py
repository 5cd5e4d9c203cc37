"""What a mutation does to rows, as data-modifying parts of one statement; `resolvers.sql.writes` puts them together."""
