using System.Diagnostics;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Database;

namespace CivicQ.Ops.Core.Tests.Backups;

[Collection(BackupCollection.Name)]
public sealed class LogicalBackupTests(BackupFixture fixture)
{
    private static readonly string[] ThreeFiles = ["SHA256SUMS", "manifest.json"];

    [Fact]
    public async Task A_backup_is_three_files_that_other_tools_read()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var result = await BackupFixture.BackupAsync(fixture.Context(database, folder.Path));

        Assert.Equal((BackupKind.Logical, BackupFormat.Custom, database, true), (result.Kind, result.Format, result.Database, result.Verified));
        Assert.Equal((5, 20009L), (result.Tables, result.Rows));
        var place = Assert.Single(result.Paths);
        Assert.Equal(Path.Combine(folder.Path, database, "logical", result.Name), place);
        Assert.Equal([$"{result.Name}.dump.zst", .. ThreeFiles], Directory.EnumerateFiles(place).Select(Path.GetFileName).Order(StringComparer.OrdinalIgnoreCase).OrderBy(name => name == "SHA256SUMS" ? 1 : name == "manifest.json" ? 2 : 0));
        foreach (var file in Directory.EnumerateFiles(place))
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.Equal((0, ""), await RunAsync("sha256sum", ["-c", "--quiet", "SHA256SUMS"], place));
        Assert.Equal(("a2b4c6", "UTF8", "15"), (result.Manifest.Migration, result.Manifest.Encoding, result.Manifest.ServerVersion[..2]));
        Assert.NotNull(result.Manifest.SystemIdentifier);
        Assert.True(result.Manifest.DatabaseBytes > 1 << 20 && result.SizeBytes < result.UncompressedBytes);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(place, "manifest.json")), await File.ReadAllTextAsync(Path.Combine(folder.Path, database, "logical", "latest.json")));
        await fixture.NothingLeftAsync();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    public async Task What_is_restored_beside_is_what_was_backed_up(int backupJobs, int restoreJobs)
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var context = fixture.Context(database, folder.Path);
        var made = await BackupFixture.BackupAsync(context, new LogicalOptions { Jobs = backupJobs });
        Assert.Equal(backupJobs > 1 ? BackupFormat.Directory : BackupFormat.Custom, made.Format);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, database, "logical"), ".*"));
        await fixture.ExecuteAsync(database, "DELETE FROM users");

        var result = await BackupFixture.RestoreAsync(context, new RestoreOptions { TargetDatabase = database + "_beside", Jobs = restoreJobs });

        Assert.Equal((database + "_beside", made.Name, (string?)null, 5, 20009L, true), (result.Database, result.Name, result.PreviousDatabase, result.Tables, result.Rows, result.Verified));
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database + "_beside", "SELECT count(*) FROM names"));
        Assert.Equal(20001, await fixture.ScalarAsync<int>(database + "_beside", "INSERT INTO users DEFAULT VALUES RETURNING id"));
        Assert.Equal(1, await fixture.ScalarAsync<long>(database + "_beside", "SELECT count(*) FROM pg_largeobject_metadata"));
        Assert.Equal(0, await fixture.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = '{database}_beside'"));
        Assert.Equal(0, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task A_database_is_replaced_in_one_step_with_its_settings_and_the_old_one_is_kept()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var role = "reader_" + database;
        await fixture.ExecuteAsync("postgres", $"""
            CREATE ROLE {role}; ALTER DATABASE {database} SET search_path TO "My Schema", public; ALTER DATABASE {database} SET work_mem = '7MB'; ALTER DATABASE {database} CONNECTION LIMIT 33;
            ALTER ROLE {role} IN DATABASE {database} SET statement_timeout = '5s';
            REVOKE CONNECT ON DATABASE {database} FROM PUBLIC; GRANT CONNECT ON DATABASE {database} TO {role}; COMMENT ON DATABASE {database} IS 'it''s ours'
            """);
        var context = fixture.Context(database, folder.Path);
        await BackupFixture.BackupAsync(context);
        await fixture.ExecuteAsync(database, "DROP TABLE public.users CASCADE");
        // Somebody is connected, and comes back.
        await using var session = await fixture.OpenAsync(database);

        var refused = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(context, new RestoreOptions()));
        Assert.Equal(BackupErrors.TargetExists, refused.Definition);
        var result = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true });

        Assert.StartsWith(database + "_before_", result.PreviousDatabase, StringComparison.Ordinal);
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM public.users"));
        Assert.False(await fixture.ScalarAsync<bool>(result.PreviousDatabase!, "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'users')"));
        Assert.Equal("\"My Schema\", public|7MB", await fixture.ScalarAsync<string>(database, "SELECT current_setting('search_path') || '|' || current_setting('work_mem')"));
        Assert.Equal("33|it's ours", await fixture.ScalarAsync<string>("postgres", $"SELECT datconnlimit || '|' || shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{database}'"));
        Assert.Equal("true|false", await fixture.ScalarAsync<string>("postgres", $"SELECT has_database_privilege('{role}', '{database}', 'CONNECT') || '|' || EXISTS (SELECT FROM pg_database, aclexplode(datacl) a WHERE datname = '{database}' AND a.grantee = 0 AND privilege_type = 'CONNECT')"));
        Assert.Equal("statement_timeout=5s", await fixture.ScalarAsync<string>("postgres", $"SELECT setconfig[1] FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = '{database}' AND setrole = '{role}'::regrole"));

        var again = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true, DropPrevious = true });
        Assert.Null(again.PreviousDatabase);
        Assert.Single(await fixture.DatabasesAsync(), name => name.StartsWith(database + "_before_", StringComparison.Ordinal));
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task Odd_names_of_databases_are_backed_up_and_restored()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync("it's \"my\" db/" + Guid.NewGuid().ToString("N")[..6] + " host=nowhere");
        var context = fixture.Context(database, folder.Path);
        var made = await BackupFixture.BackupAsync(context);
        Assert.Equal(database, made.Manifest.Database);
        Assert.DoesNotContain(Directory.EnumerateDirectories(folder.Path), path => Path.GetFileName(path) == "it's \"my\" db");
        var result = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true });
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        Assert.Contains(result.PreviousDatabase!, await fixture.DatabasesAsync());
        await fixture.ExecuteAsync("postgres", $"DROP DATABASE \"{result.PreviousDatabase!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_changed_byte_anywhere_is_found_and_nothing_is_restored_from_it(int jobs)
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var context = fixture.Context(database, folder.Path);
        // Several jobs make another form, and lay the archive down while it is read.
        var made = await BackupFixture.BackupAsync(context, new LogicalOptions { Jobs = jobs });
        var before = await fixture.DatabasesAsync();
        var random = new Random(20261122);
        foreach (var file in Directory.EnumerateFiles(made.Paths[0]).Order())
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var place in new[] { 0, bytes.Length - 1 }.Concat(Enumerable.Range(0, 10).Select(_ => random.Next(bytes.Length))))
            {
                var changed = (byte[])bytes.Clone();
                changed[place] ^= (byte)(1 << random.Next(8));
                await File.WriteAllBytesAsync(file, changed);
                var test = Assert.Single(await TestAsync(context));
                Assert.False(test.Passed, $"{file} at {place}");
                Assert.NotNull(test.Reason);
                var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(context, new RestoreOptions { Name = made.Name, TargetDatabase = "never", Jobs = jobs }));
                Assert.Equal(BackupErrors.Damaged, error.Definition);
            }

            // One byte too few, one too many, and no file at all.
            await File.WriteAllBytesAsync(file, bytes[..^1]);
            Assert.False(Assert.Single(await TestAsync(context)).Passed);
            await File.WriteAllBytesAsync(file, [.. bytes, 10]);
            Assert.False(Assert.Single(await TestAsync(context)).Passed);
            File.Delete(file);
            Assert.False(Assert.Single(await TestAsync(context)).Passed);
            await File.WriteAllBytesAsync(file, bytes);
        }

        var good = Assert.Single(await TestAsync(context));
        Assert.True(good is { Passed: true, ManifestOk: true, ChecksumOk: true, ContentOk: true } && (jobs > 1 || good.Entries > 10), good.Reason);
        Assert.Equal(before, await fixture.DatabasesAsync());
    }

    [Fact]
    public async Task Two_backups_of_a_database_exclude_each_other()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        await using var holder = await fixture.OpenAsync(database);
        await using (var command = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(1128879697, 2)", holder))
        {
            await command.ExecuteNonQueryAsync();
        }

        var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path)));
        Assert.Equal(BackupErrors.Busy, error.Definition);
        Assert.Contains("process ", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_before_anything_changes()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var context = fixture.Context(database, folder.Path);
        var nothing = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true }));
        Assert.Equal(BackupErrors.NotFound, nothing.Definition);
        var made = await BackupFixture.BackupAsync(context);
        var before = await fixture.DatabasesAsync();

        Assert.Equal(BackupErrors.NotFound, (await RefusedAsync(context, new RestoreOptions { Name = made.Name + "x", Replace = true })).Definition);
        Assert.Contains(made.Name, (await RefusedAsync(context, new RestoreOptions { Name = made.Name.Replace("db_", "bd_", StringComparison.Ordinal), Replace = true })).Message, StringComparison.Ordinal);
        Assert.Equal(BackupErrors.NoPlace, (await RefusedAsync(fixture.Context(database, null), new RestoreOptions { Replace = true })).Definition);
        Assert.Equal(DatabaseErrors.IdentifierInvalid, (await RefusedAsync(context, new RestoreOptions { TargetDatabase = new string('x', 64) })).Definition);
        await fixture.ExecuteAsync("postgres", $"CREATE ROLE weak_{database} LOGIN PASSWORD 'weak'; CREATE ROLE maker_{database} LOGIN CREATEDB PASSWORD 'weak'");
        Assert.Equal(BackupErrors.RoleTooWeak, (await RefusedAsync(fixture.Context(database, folder.Path, "weak_" + database, "weak"), new RestoreOptions { TargetDatabase = "other" })).Definition);
        Assert.Contains("does not own", (await RefusedAsync(fixture.Context(database, folder.Path, "maker_" + database, "weak"), new RestoreOptions { Replace = true })).Message, StringComparison.Ordinal);
        var unreadable = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path, "weak_" + database, "weak")));
        Assert.True(unreadable.Definition == BackupErrors.ProgramFailed || unreadable.Definition == DatabaseErrors.PermissionDenied, unreadable.Message);
        Assert.Contains("permission denied", unreadable.Message, StringComparison.Ordinal);
        Assert.Equal(DatabaseErrors.AuthenticationFailed, (await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path, password: "wrong")))).Definition);
        Assert.Equal(DatabaseErrors.Unreachable, (await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path, port: 1)))).Definition);
        Assert.Equal(BackupErrors.ProgramNotInstalled, (await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path, programs: folder.Path)))).Definition);
        Assert.Equal(before, await fixture.DatabasesAsync());
        Assert.Single(await TestAsync(context));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, database, "logical"), ".*"));
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task A_backup_of_a_newer_server_or_of_more_than_the_disk_holds_is_refused()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var context = fixture.Context(database, folder.Path);
        var made = await BackupFixture.BackupAsync(context);
        await PretendAsync(made, manifest => manifest with { ServerVersion = "99.1" });
        Assert.Equal(BackupErrors.ServerTooOld, (await RefusedAsync(context, new RestoreOptions { Replace = true })).Definition);
        await PretendAsync(made, manifest => manifest with { DatabaseBytes = 1L << 50 });
        Assert.Equal(BackupErrors.NoRoom, (await RefusedAsync(context, new RestoreOptions { Replace = true })).Definition);
        await PretendAsync(made, manifest => manifest with { Extensions = ["no_such_extension"] });
        Assert.Contains("no_such_extension", (await RefusedAsync(context, new RestoreOptions { Replace = true })).Message, StringComparison.Ordinal);
        await PretendAsync(made, manifest => manifest with { Tables = [.. manifest.Tables.Select(table => table.Table == "users" ? table with { Rows = 20001 } : table), new BackupTable("public", "lost", 3)] });
        var wrong = await RefusedAsync(context, new RestoreOptions { Replace = true });
        Assert.Equal(BackupErrors.RestoreNotVerified, wrong.Definition);
        Assert.Contains("public.users has 20000 rows, not 20001", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("public.lost is missing", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await fixture.DatabasesAsync(), name => name.StartsWith(database + "_before", StringComparison.Ordinal));
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task No_password_is_in_arguments_environments_messages_or_files()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var recorder = new Recorder();
        var context = fixture.Context(database, folder.Path, reporter: recorder);
        using var stop = new CancellationTokenSource();
        var seen = new List<string>();
        var watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                foreach (var process in Process.GetProcessesByName("pg_dump").Concat(Process.GetProcessesByName("pg_restore")))
                {
                    seen.Add(Read(process.Id, "cmdline") + Read(process.Id, "environ"));
                }

                await Task.Delay(5);
            }
        });
        var made = await BackupFixture.BackupAsync(context);
        await BackupFixture.RestoreAsync(context, new RestoreOptions { TargetDatabase = database + "_2" });
        await stop.CancelAsync();
        await watching;
        Assert.Contains(seen, text => text.Contains("--no-password", StringComparison.Ordinal) && text.Contains("PGPASSFILE=", StringComparison.Ordinal));
        var secret = fixture.Server.Password;
        Assert.DoesNotContain(seen, text => text.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(recorder.All, text => text.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, await File.ReadAllTextAsync(Path.Combine(made.Paths[0], "manifest.json")), StringComparison.Ordinal);
        Assert.Contains(recorder.Reports, report => report.Status.Contains("5 of 5 tables", StringComparison.Ordinal));
    }

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static async Task PretendAsync(BackupResult made, Func<BackupManifest, BackupManifest> change)
    {
        var text = ManifestText.Write(change(made.Manifest));
        await File.WriteAllBytesAsync(Path.Combine(made.Paths[0], ManifestText.ManifestFile), text);
        await File.WriteAllBytesAsync(Path.Combine(made.Paths[0], ManifestText.SumsFile), ManifestText.Sums(made.Manifest, text));
    }

    private static Task<OperationException> RefusedAsync(EnvironmentContext context, RestoreOptions options) =>
        Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(context, options));

    private static Task<List<BackupTestResult>> TestAsync(EnvironmentContext context) =>
        DatabaseFixture.ListAsync(BackupExaminer.TestAsync(context, new BackupQuery(), error => throw error, CancellationToken.None));

    private static async Task<(int Code, string Words)> RunAsync(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var words = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, words);
    }
}
