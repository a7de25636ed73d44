using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Verification;

/// <summary>Reads a backup once from its first byte to its last, and says whether it is what was written.</summary>
internal static class BackupVerifier
{
    /// <summary>Reads it. What is wrong with it stands in the result; an error is only what kept it from being read.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="found">The backup.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="copy">Gets the decompressed bytes too; whether they are good is known only at the end.</param>
    /// <exception cref="OperationException">Its place cannot be reached.</exception>
    public static async Task<BackupTestResult> VerifyAsync(
        EnvironmentContext context, FoundBackup found, CancellationToken cancellationToken, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? copy = null)
    {
        var clock = Stopwatch.StartNew();
        var info = found.Info;
        var result = new BackupTestResult
        {
            Environment = info.Environment, Name = info.Name, Kind = info.Kind, Database = info.Database, Location = info.Location, Path = info.Path, Passed = false,
            Reason = info.Reason, ManifestOk = info.Manifest is not null, SizeBytes = info.SizeBytes, Age = info.Age, WithinRpo = info.WithinRpo,
        };
        if (info.Manifest is not { } manifest || info.Reason is not null)
        {
            return result with { Duration = clock.Elapsed };
        }

        var check = Check(manifest.Format);
        using var closing = check as IDisposable;
        BackupReading reading;
        try
        {
            reading = await ReadAsync(context, found, manifest, check, copy, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == StorageErrors.ObjectArchived || error.Definition == BackupErrors.Damaged)
        {
            // It is this one's fault; the others can still be read.
            return result with { Reason = error.Message, Duration = clock.Elapsed };
        }

        var sum = reading.SizeBytes == manifest.SizeBytes && string.Equals(reading.Sha256, manifest.Sha256, StringComparison.Ordinal);
        var content = reading.Damage is null && reading.UncompressedBytes == manifest.UncompressedBytes;
        var reason = !sum ? $"{manifest.FileName} is not what was written: its SHA-256 is another one.{(reading.Damage is null ? "" : " " + reading.Damage)}"
            : !content ? reading.Damage ?? string.Create(CultureInfo.InvariantCulture, $"{manifest.FileName} is {reading.UncompressedBytes} bytes when decompressed, and {manifest.UncompressedBytes} were written.")
            : null;
        int? entries = null;
        if (reason is null && manifest.Format == BackupFormat.Custom)
        {
            (entries, reason) = await ListAsync(context, found, manifest, cancellationToken).ConfigureAwait(false);
        }
        else if (reason is null && check is RdbCheck { Contents: { NotCounted: null } contents })
        {
            entries = (int)Math.Min(int.MaxValue, contents.Keys);
        }

        return result with
        {
            Passed = reason is null, Reason = reason, ChecksumOk = sum, ContentOk = content && reason is null, Entries = entries, Duration = clock.Elapsed,
        };
    }

    private static async Task<BackupReading> ReadAsync(
        EnvironmentContext context, FoundBackup found, BackupManifest manifest, IBackupCheck? check, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? copy,
        CancellationToken cancellationToken)
    {
        var activity = $"Reading {found.Info.Name} in {found.Store.Address}";
        var stream = await found.Store.OpenAsync(found.Stored.Path, manifest.FileName, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        try
        {
            return await BackupReader.ReadAsync(
                stream, manifest.Format != BackupFormat.Rdb, check, cancellationToken,
                read => context.Reporter.Progress(new ProgressReport(
                    activity, $"{Measure.Bytes(read)} of {Measure.Bytes(manifest.SizeBytes)}", manifest.SizeBytes > 0 ? Math.Min(1, read / (double)manifest.SizeBytes) : null)), copy).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            // A disk that cannot give it back is a damaged backup, not a failed test.
            return new BackupReading(0, "", 0, error.Message);
        }
        finally
        {
            context.Reporter.Progress(new ProgressReport(activity, "Done", 1, Completed: true));
        }
    }

    private static IBackupCheck? Check(BackupFormat format) => format switch
    {
        BackupFormat.Custom => new ArchiveCheck(),
        BackupFormat.BaseTar => new BaseCheck(),
        BackupFormat.Rdb => new RdbCheck(),
        _ => null,
    };

    // The table of contents stands at the beginning, so pg_restore reads no further.
    private static async Task<(int? Entries, string? Reason)> ListAsync(EnvironmentContext context, FoundBackup found, BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using var place = new LocalPrograms(context.Environment.Backups?.Programs, new Npgsql.NpgsqlConnectionStringBuilder());
        PostgresProgram program;
        try
        {
            program = await place.FindAsync("pg_restore", ToolMajor(manifest), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == BackupErrors.ProgramNotInstalled || error.Definition == BackupErrors.ProgramTooOld)
        {
            context.Reporter.Verbose($"{context.Name}: the table of contents of {found.Info.Name} was not listed: {error.Message}");
            return (null, null);
        }

        var entries = 0;
        var fresh = true;
        var words = new ProgramWords(program.Name, NullReporter.Instance);
        var stream = await found.Store.OpenAsync(found.Stored.Path, manifest.FileName, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var plain = new ZstdSharp.DecompressionStream(stream);
        await using var closingPlain = plain.ConfigureAwait(false);
        var code = await place.RunAsync(
            program, ["--list"], plain,
            (bytes, _) =>
            {
                // Lines that begin with a digit are entries, those that begin with a semicolon are remarks.
                foreach (var letter in bytes.Span)
                {
                    entries += fresh && char.IsAsciiDigit((char)letter) ? 1 : 0;
                    fresh = letter == '\n';
                }

                return default;
            },
            words.Add, cancellationToken).ConfigureAwait(false);
        return code == 0 ? (entries, null) : (null, $"pg_restore cannot read its table of contents: {words}");
    }

    private static int ToolMajor(BackupManifest manifest) => LocalPrograms.VersionOf("pg_dump", "", manifest.Tool)?.Major ?? 0;
}
