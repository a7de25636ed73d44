using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>PostgreSQL's client programs in the database's own container or pod. They connect through its local socket, so that no password goes anywhere.</summary>
/// <param name="host">Where the instance is; disposed of with this.</param>
/// <param name="instance">The instance.</param>
/// <param name="user">The role to connect as.</param>
internal sealed class ServicePrograms(IServiceHost host, ServiceInstance instance, string? user) : IProgramPlace
{
    private const int NotFound = 127;

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

        if (database is not null)
        {
            result.AddRange(["--dbname", LocalPrograms.DatabaseArgument(database)]);
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task<int> RunAsync(
        PostgresProgram program, IReadOnlyList<string> arguments, Stream? input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output,
        Action<string> line, CancellationToken cancellationToken)
    {
        var lines = new LineDecoder(line);
        var command = new ServiceCommand { Arguments = [program.Path, .. arguments], Input = input, Output = output, Error = lines.AddAsync };
        var code = await host.ExecuteAsync(instance, command, cancellationToken).ConfigureAwait(false);
        lines.End();
        return code;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => host.DisposeAsync();

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
        catch (OperationException error) when (error.Definition.Kind == ErrorKind.NotInstalled || error.Definition.Kind == ErrorKind.ObjectNotFound)
        {
            return NotFound;
        }
    }
}
