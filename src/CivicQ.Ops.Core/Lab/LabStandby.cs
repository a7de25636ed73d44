using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Lab;

/// <summary>A streaming replica of the lab's PostgreSQL, in a folder within the cluster's: it goes when the cluster goes.</summary>
internal static class LabStandby
{
    /// <summary>What the replica calls itself.</summary>
    public const string Name = "civicq-replica";

    private const string FolderName = "standby";

    /// <summary>Makes the replica with pg_basebackup and starts it.</summary>
    /// <param name="cluster">The folder of the lab's cluster.</param>
    /// <param name="primaryPort">The primary's port.</param>
    /// <param name="password">The password of the lab's superuser.</param>
    /// <param name="variables">Further environment variables.</param>
    /// <param name="timeout">How long the start may take.</param>
    /// <param name="cancellationToken">Ends the attempt; the caller clears up with <see cref="StopAsync"/>.</param>
    /// <returns>The replica's port.</returns>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c> or <c>LabServerStartFailed</c>.</exception>
    public static async Task<int> StartAsync(
        string cluster, int primaryPort, string password, IReadOnlyDictionary<string, string> variables, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var programs = LabPrograms.PostgresFolder() ?? throw LabPrograms.NotInstalled(LabServerKind.Postgres, "PostgreSQL");
        var copier = LabPrograms.PostgresProgram("pg_basebackup") ?? throw LabPrograms.NotInstalled(LabServerKind.Postgres, "pg_basebackup, PostgreSQL's own program,");
        var account = UnprivilegedAccount.Find(LabErrors.ServerStartFailed);
        var folder = LabFiles.MakeFolder(Path.Combine(cluster, FolderName));
        var (data, passwordFile, log) = (Path.Combine(folder, "data"), Path.Combine(folder, "passwords"), Path.Combine(folder, "postgresql.log"));

        // The replica reads it whenever it connects anew, so it stays.
        LabFiles.Write(passwordFile, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{primaryPort}:*:{LabEnvironment.Database}:{password}\n"));
        account?.Own(folder);
        account?.Own(passwordFile);
        var all = new Dictionary<string, string>(variables)
        {
            ["LC_ALL"] = "C", ["PGPASSFILE"] = passwordFile, ["PATH"] = programs + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
        };
        string[] copy =
        [
            "-h", "127.0.0.1", "-p", primaryPort.ToString(CultureInfo.InvariantCulture), "-U", LabEnvironment.Database,
            "-D", data, "-X", "stream", "-c", "fast", "-R", "-w", "--no-sync",
        ];
        await LabCommand.RunAsync(copier, copy, folder, all, account, cancellationToken).ConfigureAwait(false);
        var configuration = Path.Combine(data, "postgresql.conf");
        var basis = await File.ReadAllTextAsync(configuration, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var port = LabPort.Free();
            await File.WriteAllTextAsync(configuration, basis + Settings(port), cancellationToken).ConfigureAwait(false);
            try
            {
                await LabCommand.RunAsync(
                    Path.Combine(programs, "pg_ctl"),
                    ["start", "-s", "-w", "-t", ((int)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-D", data, "-l", log],
                    folder, all, account, cancellationToken).ConfigureAwait(false);
                return port;
            }
            catch (OperationException error) when (error.Definition == LabErrors.ServerStartFailed)
            {
                if (attempt >= 4 || !LabFiles.Tail(log, 10).Contains("Address already in use", StringComparison.OrdinalIgnoreCase))
                {
                    throw new OperationException(LabErrors.ServerStartFailed, $"The replica did not start. Its log ends with: {LabFiles.Tail(log)}", Name, error);
                }
            }
        }
    }

    /// <summary>Stops the replica of a cluster, if there is one, and removes its folder.</summary>
    /// <param name="cluster">The folder of the lab's cluster.</param>
    /// <returns>The running work.</returns>
    public static Task StopAsync(string cluster)
    {
        var folder = Path.Combine(cluster, FolderName);
        return LabPostgres.StopAsync(folder, LabPostgres.RunningIn(folder));
    }

    // Replay waits for the replica's own sessions however long they take, as on a replica for reports; and it tells the primary of it every second.
    private static string Settings(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"\nport = '{port}'\ncluster_name = '{Name}'\nhot_standby = 'on'\nmax_standby_streaming_delay = '-1'\nwal_receiver_status_interval = '1s'\nshared_buffers = '16MB'\n");
}
