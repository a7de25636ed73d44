using System.Globalization;
using CivicQ.Ops.Core.Backups.Programs;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Servers;

/// <summary>Finds PostgreSQL's server programs on this machine.</summary>
internal static class ServerPrograms
{
    /// <summary>The folder of <c>postgres</c> for a data directory.</summary>
    /// <param name="context">The environment, whose <c>backups.programs</c> is looked into first.</param>
    /// <param name="major">The data directory's version.</param>
    /// <param name="orNewer">True where there is none yet, so that a newer server will do.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.ServerNotInstalled"/>.</exception>
    public static async Task<string> FindAsync(EnvironmentContext context, int major, bool orNewer, CancellationToken cancellationToken)
    {
        var found = new List<PostgresProgram>();
        foreach (var folder in new[] { context.Environment.Backups?.Programs, null }.Distinct(StringComparer.Ordinal))
        {
            try
            {
                await using var place = new LocalPrograms(folder, new NpgsqlConnectionStringBuilder());
                var program = await place.FindAsync("postgres", major, cancellationToken).ConfigureAwait(false);
                if (program.Major == major || orNewer)
                {
                    // A folder of links need not have all of them.
                    var real = File.ResolveLinkTarget(program.Path, returnFinalTarget: true)?.FullName ?? program.Path;
                    return Path.GetDirectoryName(real)!;
                }

                found.Add(program);
            }
            catch (OperationException error) when (error.Definition == BackupErrors.ProgramNotInstalled || error.Definition == BackupErrors.ProgramTooOld)
            {
                // Where clients are, servers need not be.
            }
        }

        throw new OperationException(
            RecoveryErrors.ServerNotInstalled,
            string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {major}'s server is not installed on this machine{(found.Count > 0 ? $"; {found[0].Version} is" : "")}."), context.Name);
    }
}
