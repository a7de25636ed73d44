using System.Globalization;

namespace CivicQ.Benchmarks;

/// <summary>
/// Backup and restore of about 2 GB, into a folder, against the manual's <c>pg_dump | gzip; sha256sum</c> and <c>gunzip | psql</c>. The manual's third step,
/// <c>aws s3 cp</c>, is a copy here: the command-line program is on no bare machine.
/// </summary>
internal static class BackupBenchmark
{
    private const string Database = "backupbench";
    private const string Quarter = Database + "_quarter";
    private const int Backups = 3;
    private const int Restores = 2;

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        var variables = bench.ScriptVariables();
        var address = new Uri(variables["LAB_DATABASE_URL"]);
        variables["PGHOST"] = address.Host;
        variables["PGPORT"] = address.Port.ToString(CultureInfo.InvariantCulture);
        variables["PGUSER"] = address.UserInfo;
        Task Sql(string database, string sql) => Shell.RunAsync("psql", ["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql], variables);

        await Sql("civicq", $"CREATE DATABASE {Database}").ConfigureAwait(false);
        // Half of it compresses well and half does not, as votes, texts and hashes do.
        for (var table = 1; table <= 4; table++)
        {
            await Sql(Database, $"""
                CREATE TABLE posts{table} (id bigint PRIMARY KEY, author int NOT NULL, at timestamptz NOT NULL, body text NOT NULL, digest text NOT NULL);
                INSERT INTO posts{table} SELECT g, g % 50000, '2026-01-01'::timestamptz + g * interval '7 seconds',
                    repeat('What should the city do about the bridge of ' || (g % 977) || '? ', 3), md5(g::text) || md5((g * 31)::text) || md5((g * 7)::text)
                FROM generate_series(1, 1250000) g;
                CREATE INDEX ON posts{table} (author, at)
                """).ConfigureAwait(false);
        }

        await Sql("civicq", $"CREATE DATABASE {Quarter}").ConfigureAwait(false);
        await Shell.RunAsync("bash", ["-c", $"set -e -o pipefail; pg_dump -t posts1 {Database} | psql -qX -v ON_ERROR_STOP=1 -d {Quarter} > /dev/null"], variables).ConfigureAwait(false);

        var folder = Path.Combine(bench.Folder, "backups");
        var manual = Path.Combine(bench.Folder, "manual");
        Directory.CreateDirectory(manual);
        using var session = new PwshSession(bench.SessionSetUp);
        const string Peak = "[Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB";
        string Restore(string database) =>
            $"Restore-CivicQDatabase -Environment lab -Folder '{folder}' -Name (Get-CivicQBackup -Database {database} -Environment lab -Folder '{folder}')[0].Name -TargetDatabase {database}_ours -Replace -DropPrevious -Jobs 2 -Confirm:$false -ProgressAction Ignore > $null";
        string Backup(string database) => $"Backup-CivicQDatabase {database} -Environment lab -Folder '{folder}' -Confirm:$false -ProgressAction Ignore > $null";
        // As often as the large one below, so that the peak tells of the size alone.
        foreach (var line in Enumerable.Repeat(Backup(Quarter), Backups).Concat(Enumerable.Repeat(Restore(Quarter), Restores)))
        {
            await session.MeasureAsync(line).ConfigureAwait(false);
        }

        var quarter = await session.EvaluateAsync(Peak).ConfigureAwait(false);
        Task Manual() => Shell.RunAsync(
            "bash", ["-c", $"set -e; pg_dump {Database} | gzip > '{manual}/x.sql.gz'; sha256sum '{manual}/x.sql.gz' > '{manual}/x.sha256'; cp '{manual}/x.sql.gz' '{manual}/bucket'"], variables);
        var backup = await Comparison.RunAsync(
            Backups,
            () => session.MeasureAsync(Backup(Database)),
            () => Comparison.TimeAsync(Manual), warmUps: 0).ConfigureAwait(false);
        var ours = new DirectoryInfo(folder).EnumerateFiles("*.zst", SearchOption.AllDirectories).Max(file => file.Length);
        var theirs = new FileInfo(Path.Combine(manual, "x.sql.gz")).Length;
        var restore = await Comparison.RunAsync(
            Restores,
            () => session.MeasureAsync(Restore(Database)),
            () => Comparison.TimeAsync(() => Shell.RunAsync(
                "bash", ["-c", $"set -e; psql -qX -d civicq -c 'DROP DATABASE IF EXISTS {Database}_theirs' -c 'CREATE DATABASE {Database}_theirs'; gunzip -c '{manual}/x.sql.gz' | psql -qX -d {Database}_theirs > /dev/null"], variables)),
            warmUps: 0).ConfigureAwait(false);
        var large = await session.EvaluateAsync(Peak).ConfigureAwait(false);
        return
        [
            new Report(
                "`Backup-CivicQDatabase` of 2 GB, counted and read back, against `pg_dump | gzip`, `sha256sum`, a copy", Comparison.Ms(backup.MedianA), Comparison.Ms(backup.MedianB),
                $"{1 / backup.Ratio:0.00} times as long", "half the time"),
            new Report("the size of its file", Megabytes(ours), Megabytes(theirs), $"{(double)ours / theirs:0.00} of it", "no larger"),
            new Report(
                "`Restore-CivicQDatabase -Jobs 2` of it, verified before and after, against `gunzip | psql`", Comparison.Ms(restore.MedianA), Comparison.Ms(restore.MedianB),
                $"{1 / restore.Ratio:0.00} times as long", "half the time"),
            new Report(
                $"peak memory of the session that did {Backups} backups and {Restores} restores of 2 GB, against after as many of 0.5 GB", Mebibytes(large), Mebibytes(quarter),
                string.Create(CultureInfo.InvariantCulture, $"{large - quarter:+0;-0} MB"), "flat"),
        ];
    }

    private static string Mebibytes(double mebibytes) => string.Create(CultureInfo.InvariantCulture, $"{mebibytes:0} MB");

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");
}
