using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>An Alembic project: its settings, and the heads of its revisions' files.</summary>
/// <param name="Folder">The folder of <c>alembic.ini</c>.</param>
/// <param name="Program">Alembic.</param>
/// <param name="Scripts">The revisions.</param>
internal sealed record AlembicProject(string Folder, string Program, IReadOnlyList<MigrationScript> Scripts)
{
    /// <summary>The name of the settings' file.</summary>
    public const string SettingsFile = "alembic.ini";

    /// <summary>Reads an environment's project.</summary>
    /// <exception cref="OperationException"><c>MigrationProjectNotFound</c>, <c>MigrationScriptsInvalid</c>.</exception>
    public static AlembicProject Read(MigrationSettings settings)
    {
        var folder = Path.GetFullPath(settings.Folder);
        var file = Path.Combine(folder, SettingsFile);
        try
        {
            if (!File.Exists(file))
            {
                throw new OperationException(MigrationErrors.ProjectNotFound, $"There is no {file}.", folder);
            }

            var locations = AlembicSettings.Locations(File.ReadLines(file), folder, file, path => Path.GetFullPath(path, folder), Path.PathSeparator);
            return Of(settings with { Folder = folder }, locations.SelectMany(location => Directory.EnumerateFiles(location, "*.py")).Select(path => (path, File.ReadAllText(path))));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(MigrationErrors.ProjectNotFound, $"{folder}: {error.Message}", folder, error);
        }
    }

    /// <summary>Makes a project of the files in its folders of revisions.</summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="files">Their paths and texts.</param>
    /// <exception cref="OperationException"><c>MigrationScriptsInvalid</c>.</exception>
    public static AlembicProject Of(MigrationSettings settings, IEnumerable<(string Path, string Text)> files) => new(settings.Folder, settings.Program,
    [
        .. files.Where(file => IsScript(file.Path[(file.Path.LastIndexOfAny(['/', Path.DirectorySeparatorChar]) + 1)..]))
            .OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => MigrationScriptParser.Parse(file.Text, file.Path)),
    ]);

    private static bool IsScript(string name) => name.EndsWith(".py", StringComparison.Ordinal) && name != "__init__.py" && !name.StartsWith('.');
}
