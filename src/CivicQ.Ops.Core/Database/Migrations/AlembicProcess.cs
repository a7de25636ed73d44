using System.ComponentModel;
using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Runs the real Alembic: no shell, the address of the database in a variable of the child alone, its process tree ended when it is cancelled.</summary>
internal static class AlembicProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="project">The project.</param>
    /// <param name="arguments">The command and its arguments; never a secret.</param>
    /// <param name="variables">Further variables of the child.</param>
    /// <param name="line">Told of every line as it comes: its text, and whether it was an error stream's. From other threads.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationException"><c>MigrationProgramNotInstalled</c>.</exception>
    public static async Task<int> RunAsync(
        AlembicProject project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, Action<string, bool> line, CancellationToken cancellationToken)
    {
        var command = new SupervisedCommand
        {
            Program = project.Program,
            Folder = project.Folder,
            Arguments = ["-c", AlembicProject.SettingsFile, .. arguments],
            // Lines as they come, in one encoding, and nothing written beside the scripts.
            Variables = new Dictionary<string, string?>(variables.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            {
                ["PYTHONUNBUFFERED"] = "1",
                ["PYTHONIOENCODING"] = "utf-8",
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
        };
        try
        {
            return await SupervisedProcess.RunAsync(command, line, cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception error)
        {
            throw new OperationException(
                MigrationErrors.ProgramNotInstalled, string.Create(CultureInfo.InvariantCulture, $"'{project.Program}' cannot be started: {error.Message}"), project.Program, error);
        }
    }
}
