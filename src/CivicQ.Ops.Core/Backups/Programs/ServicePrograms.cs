using System.Diagnostics;
using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Texts;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>PostgreSQL's client programs in the database's own container or pod. They connect through its local socket, so that no password goes anywhere.</summary>
/// <param name="context">The environment, whose database ends the sessions of a program that was given up.</param>
/// <param name="host">Where the instance is; disposed of with this.</param>
/// <param name="instance">The instance.</param>
/// <param name="user">The role to connect as.</param>
internal sealed class ServicePrograms(EnvironmentContext context, IServiceHost host, ServiceInstance instance, string? user) : IProgramPlace
{
    private const int NotFound = 127;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(3);

    // What libpq and the server say where a role without a password is not let in.
    private static readonly string[] LoginWords =
    [
        "no password supplied", "authentication failed for user", "no pg_hba.conf entry", "pg_hba.conf rejects connection",
    ];

    // And where the socket has no server behind it: before PostgreSQL 14 it was 'could not connect to server'.
    private static readonly string[] SocketWords = ["connection to server on socket", "could not connect to server"];
    private static readonly string[] NoServerWords = ["No such file or directory", "Connection refused"];

    private readonly string name = "CivicQ.Ops " + Guid.NewGuid().ToString("N")[..12];

    /// <summary>Whether a line of a program says that the socket is not the server's, or lets nobody in without a password. A server that is busy, starting or without the database says something else.</summary>
    internal static bool IsRefusal(string line) => Has(line, LoginWords) || (Has(line, SocketWords) && Has(line, NoServerWords));

    /// <inheritdoc/>
    public async Task<PostgresProgram> FindAsync(string name, int serverMajor, CancellationToken cancellationToken)
    {
        // Images of PostgreSQL have it on the PATH; Debian's package has it in a folder of its version, and may have no wrapper.
        foreach (var path in new[] { string.Create(CultureInfo.InvariantCulture, $"/usr/lib/postgresql/{serverMajor}/bin/{name}"), name })
        {
            using var said = new MemoryStream();
            var code = await TryAsync([path, "--version"], said, cancellationToken).ConfigureAwait(false);
            if (code == 0 && LocalPrograms.VersionOf(name, path, Encoding.UTF8.GetString(said.ToArray())) is { } program)
            {
                return program.Major >= serverMajor ? program : throw new OperationException(
                    BackupErrors.ProgramTooOld,
                    string.Create(CultureInfo.InvariantCulture, $"The server is PostgreSQL {serverMajor}, and {name} in {instance.Instance} is {program.Major}."), name);
            }
        }

        throw new OperationException(BackupErrors.ProgramNotInstalled, $"There is no {name} in {instance.Instance}.", name);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ConnectionArguments(string? database)
    {
        List<string> result = ["--no-password"];
        if (user is { Length: > 0 })
        {
            result.AddRange(["--username", user]);
        }

        // The sessions have a name, by which they are found when nobody waits for the program any more.
        result.AddRange(["--dbname", $"{(database is null ? "" : LocalPrograms.DatabaseArgument(database) + " ")}application_name='{name}'"]);
        return result;
    }

    /// <inheritdoc/>
    public async Task<int> RunAsync(
        PostgresProgram program, IReadOnlyList<string> arguments, Stream? input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output,
        Action<string> line, CancellationToken cancellationToken)
    {
        string? refusal = null;
        var lines = new LineDecoder(text =>
        {
            refusal ??= IsRefusal(text) ? text : null;
            line(text);
        });
        var command = new ServiceCommand { Arguments = [program.Path, .. arguments], EndsWithOutput = true, Input = input, Output = output, Error = lines.AddAsync };
        int code;
        try
        {
            code = await host.ExecuteAsync(instance, command, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == ServiceErrors.NotSupported && input is not null)
        {
            // Nothing was started.
            throw new OperationException(BackupErrors.ServiceTakesNoInput, error.Message, instance.Instance, error);
        }
        catch
        {
            // Neither Docker nor Kubernetes ends a program when the connection to it ends.
            await EndAsync(program).ConfigureAwait(false);
            throw;
        }

        lines.End();
        return code != 0 && refusal is not null
            ? throw new OperationException(BackupErrors.ServiceLoginRefused, $"{program.Name} in {instance.Instance} cannot connect: {refusal}", instance.Instance)
            : code;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static bool Has(string line, string[] words) => words.Any(one => line.Contains(one, StringComparison.Ordinal));

    // The server ends the program's sessions, and a program without its session ends by itself.
    private async Task EndAsync(PostgresProgram program)
    {
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            var connection = await DatabaseConnector.OpenAsync(context, limit.Token).ConfigureAwait(false);
            await using var closing = connection.ConfigureAwait(false);
            var clock = Stopwatch.StartNew();
            // It may have been started a moment ago, and not have connected yet.
            while (!await EndSessionsAsync(connection, limit.Token).ConfigureAwait(false) && clock.Elapsed < StartLimit)
            {
                await Task.Delay(100, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            context.Reporter.Warning($"{context.Name}: {program.Name} may still run in {instance.Instance}: its session '{name}' could not be ended ({error.Message}).");
        }
    }

    private async Task<bool> EndSessionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var ended = false;
        await foreach (var _ in DatabaseReader.ReadAsync(
            connection, context.Timeout, "SELECT pg_catalog.pg_terminate_backend(pid)::text FROM pg_catalog.pg_stat_activity WHERE application_name = $1",
            [new NpgsqlParameter { Value = name }], _ => 0, cancellationToken).ConfigureAwait(false))
        {
            ended = true;
        }

        return ended;
    }

    private async Task<int> TryAsync(IReadOnlyList<string> arguments, MemoryStream said, CancellationToken cancellationToken)
    {
        try
        {
            return await host.ExecuteAsync(instance, new ServiceCommand
            {
                Arguments = arguments,
                Output = (piece, _) =>
                {
                    said.Write(piece.Span);
                    return default;
                },
                Error = (_, _) => default,
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == DockerErrors.ProgramNotFound || error.Definition == KubernetesErrors.CommandFailed)
        {
            return NotFound;
        }
    }
}
