ANALYZE;

-- Last, so that the seeding itself does not show up among the statistics. Left out where contrib is not installed.
DO $$
BEGIN
    IF current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%' THEN
        CREATE EXTENSION pg_stat_statements;
        PERFORM pg_stat_statements_reset();
    END IF;
END
$$;
