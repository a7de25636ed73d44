using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database;

/// <summary>
/// How much room a server's disk has. No statement of PostgreSQL's tells; the system does, where the server runs on this very machine. A loopback address
/// may be a tunnel, so the data directory must belong to the server that answered.
/// </summary>
internal static class ServerDisk
{
    // The figures of three seconds' difference are one start: the file has whole seconds, written as the server began.
    private const double StartTolerance = 3;

    private const string Question = """
        SELECT current_setting('data_directory', true), extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8,
               (SELECT pg_catalog.pg_tablespace_location(dattablespace) FROM pg_catalog.pg_database WHERE datname = current_database())
        """;

    /// <summary>How much is free where a server keeps its data.</summary>
    /// <param name="host">The host that the connection was made to.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="tablespace">The tablespace's oid; 0 for the database's own.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>Bytes; <see langword="null"/> where that cannot be seen from here.</returns>
    public static async Task<long?> FreeAsync(string host, NpgsqlConnection connection, uint tablespace, CancellationToken cancellationToken)
    {
        if (!IsThisMachine(host))
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
