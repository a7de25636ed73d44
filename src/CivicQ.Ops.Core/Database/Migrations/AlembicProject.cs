using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>An Alembic project on this machine: its settings, and the heads of its revisions' files.</summary>
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

            var locations = Locations(Section(file), folder, file);
            var scripts = new List<MigrationScript>();
            foreach (var path in locations.SelectMany(location => Directory.EnumerateFiles(location, "*.py")).Order(StringComparer.Ordinal))
            {
                if (Path.GetFileName(path) is var name && name != "__init__.py" && !name.StartsWith('.'))
                {
                    scripts.Add(MigrationScriptParser.Parse(File.ReadAllText(path), path));
                }
            }

            return new AlembicProject(folder, settings.Program, scripts);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(MigrationErrors.ProjectNotFound, $"{folder}: {error.Message}", folder, error);
        }
    }

    // The folders of the revisions' files: version_locations, else 'versions' in script_location.
    private static IEnumerable<string> Locations(Dictionary<string, string> settings, string folder, string file)
    {
        string Located(string text) => !text.Contains(':', StringComparison.Ordinal) || Path.IsPathFullyQualified(text)
            ? Path.GetFullPath(text, folder)
            : throw new OperationException(MigrationErrors.ScriptsInvalid, $"{file}: '{text}' is a place inside a Python package, which is not found without running Python.", file);
        if (settings.GetValueOrDefault("version_locations") is { Length: > 0 } several)
        {
            var separator = settings.GetValueOrDefault("path_separator", settings.GetValueOrDefault("version_path_separator", "")) switch
            {
                "os" => Path.PathSeparator.ToString(),
                "" or "space" => " ",
                "newline" => "\n",
                var other => other,
            };
            return several.Split(separator == " " ? [' ', ',', '\n'] : [.. separator, '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Located);
        }

        return settings.GetValueOrDefault("script_location") is { Length: > 0 } location
            ? [Path.Combine(Located(location), "versions")]
            : throw new OperationException(MigrationErrors.ScriptsInvalid, $"{file} has no script_location in its section [alembic].", file);
    }

    // The section [alembic] as configparser reads it: further lines of a value are indented, %(here)s is the folder.
    private static Dictionary<string, string> Section(string file)
    {
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var (inside, key) = (false, "");
        foreach (var line in File.ReadLines(file))
        {
            var text = line.Trim();
            if (text.Length == 0 || text[0] is '#' or ';')
            {
                continue;
            }

            if (text[0] == '[')
            {
                (inside, key) = (text == "[alembic]", "");
            }
            else if (inside && key.Length > 0 && char.IsWhiteSpace(line[0]))
            {
                result[key] += "\n" + Expanded(text, file);
            }
            else if (inside && text.IndexOfAny(['=', ':']) is > 0 and var at)
            {
                key = text[..at].Trim();
                result[key] = Expanded(text[(at + 1)..].Trim(), file);
            }
        }

        return result;
    }

    private static string Expanded(string text, string file) => text
        .Replace("%(here)s", Path.GetDirectoryName(file), StringComparison.Ordinal).Replace("%%", "%", StringComparison.Ordinal);
}
