using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The lab's first backup, so that there is one to list, test and restore, and health finds what it should.</summary>
internal static class LabBackup
{
    /// <summary>Makes it; where <c>pg_dump</c> is not installed the lab has none.</summary>
    /// <param name="database">Where the lab's database is.</param>
    /// <param name="folder">The lab's folder of backups.</param>
    /// <param name="patience">How long one question may take.</param>
    /// <param name="reporter">Told where there is none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task TakeAsync(DatabaseSettings database, string folder, TimeSpan patience, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var environment = new CivicQEnvironment { Name = "lab", Source = "", Database = database, Backups = new BackupSettings { Folder = folder } };
        try
        {
            await LogicalBackup.RunAsync(new EnvironmentContext(environment, new SecretResolver(), NullReporter.Instance) { Timeout = patience }, new LogicalOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == BackupErrors.ProgramNotInstalled || error.Definition == BackupErrors.ProgramTooOld)
        {
            reporter.Verbose($"The lab has no first backup: {error.Message}");
        }
    }
}
