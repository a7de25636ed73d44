using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>
/// Sees to it that the copies which VACUUM FULL makes fit on the server's disk. No statement of PostgreSQL's tells how much is free; the system does,
/// where the server runs on this very machine. A loopback address may be a tunnel, so the data directory must belong to the server that answered.
/// </summary>
internal static class DiskRoom
{
    // The figures of three seconds' difference are one start: the file has whole seconds, written as the server began.
    private const double StartTolerance = 3;

    private const string Question = """
        SELECT current_setting('data_directory', true), extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8,
               (SELECT pg_catalog.pg_tablespace_location(dattablespace) FROM pg_catalog.pg_database WHERE datname = current_database())
        """;

    /// <summary>Refuses where the largest copies that may exist at once do not fit.</summary>
    /// <exception cref="OperationException"><c>MaintenanceDiskRoomMissing</c>, <c>MaintenanceDiskRoomUnknown</c>.</exception>
    public static async Task CheckAsync(
        MaintenanceServer server, MaintenanceControl control, IReadOnlyList<MaintenanceTable> tables, VacuumOptions options, CancellationToken cancellationToken)
    {
        var connection = control.Connection.Inner;
        foreach (var group in tables.GroupBy(table => table.Tablespace))
        {
            var largest = group.OrderByDescending(Size).Take(Math.Max(1, options.Limits.Parallel)).ToList();
            var needed = largest.Sum(Size);
            var free = options.AvailableBytes ?? await FreeAsync(server, connection, group.Key, cancellationToken).ConfigureAwait(false);
            var names = string.Join(", ", largest.Select(table => table.FullName));
            if (free is null)
            {
                throw new OperationException(
                    MaintenanceErrors.DiskRoomUnknown,
                    $"VACUUM FULL needs room for copies of {names}, {Measure.Bytes(needed)}, and how much the disk of {server.Address} has cannot be seen from here.", server.Address);
            }

            if (free < needed)
            {
                throw new OperationException(
                    MaintenanceErrors.DiskRoomMissing,
                    $"VACUUM FULL needs {Measure.Bytes(needed)} for copies of {names}, and the disk of {server.Address} has {Measure.Bytes(free.Value)} left.", server.Address);
            }
        }
    }

    private static long Size(MaintenanceTable table) => table.Bytes ?? table.KnownBytes;

    private static async Task<long?> FreeAsync(MaintenanceServer server, NpgsqlConnection connection, uint tablespace, CancellationToken cancellationToken)
    {
        if (!IsThisMachine(server.Host))
        {
            return null;
        }

        string? directory;
        double started;
        string? location;
        try
        {
            await using var command = new NpgsqlCommand(Question, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            (directory, started, location) = (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetDouble(1), reader.IsDBNull(2) ? null : reader.GetString(2));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Only pg_read_all_settings may know the directory.
            return null;
        }

        if (directory is null || !BelongsTo(directory, started))
        {
            return null;
        }

        if (tablespace != 0)
        {
            await using var ask = new NpgsqlCommand("SELECT pg_catalog.pg_tablespace_location($1)", connection)
            {
                Parameters = { new() { Value = tablespace, NpgsqlDbType = NpgsqlDbType.Oid } },
            };
            location = await ask.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
        }

        try
        {
            return new DriveInfo(string.IsNullOrEmpty(location) ? directory : location).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsThisMachine(string host) =>
        host.StartsWith('/') || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address)
            && (IPAddress.IsLoopback(address)
                || NetworkInterface.GetAllNetworkInterfaces().Any(one => one.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)))));

    private static bool BelongsTo(string directory, double started)
    {
        try
        {
            // The third line of postmaster.pid is when that server started.
            return File.ReadLines(Path.Combine(directory, "postmaster.pid")).ElementAtOrDefault(2) is { } line
                && double.TryParse(line, CultureInfo.InvariantCulture, out var here) && Math.Abs(here - started) <= StartTolerance;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
