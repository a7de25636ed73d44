using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>What <c>alembic.ini</c> says, on this machine or elsewhere.</summary>
internal static class AlembicSettings
{
    /// <summary>The folders of the revisions' files: <c>version_locations</c>, else <c>versions</c> in <c>script_location</c>.</summary>
    /// <param name="lines">The file's lines.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="file">Its path, for messages.</param>
    /// <param name="place">Makes a full path of one that starts from the folder.</param>
    /// <param name="pathSeparator">What is between paths where the settings leave it to the system.</param>
    /// <returns>Full paths.</returns>
    /// <exception cref="OperationException"><c>MigrationScriptsInvalid</c>.</exception>
    public static IEnumerable<string> Locations(IEnumerable<string> lines, string folder, string file, Func<string, string> place, char pathSeparator)
    {
        var settings = Section(lines, folder);
        string Located(string text) => !text.Contains(':', StringComparison.Ordinal) || Path.IsPathFullyQualified(text)
            ? place(text)
            : throw new OperationException(MigrationErrors.ScriptsInvalid, $"{file}: '{text}' is a place inside a Python package, which is not found without running Python.", file);
        if (settings.GetValueOrDefault("version_locations") is { Length: > 0 } several)
        {
            var separator = settings.GetValueOrDefault("path_separator", settings.GetValueOrDefault("version_path_separator", "")) switch
            {
                "os" => pathSeparator.ToString(),
                "" or "space" => " ",
                "newline" => "\n",
                var other => other,
            };
            return several.Split(separator == " " ? [' ', ',', '\n'] : [.. separator, '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Located);
        }

        return settings.GetValueOrDefault("script_location") is { Length: > 0 } location
            ? [Located(location.TrimEnd('/') + "/versions")]
            : throw new OperationException(MigrationErrors.ScriptsInvalid, $"{file} has no script_location in its section [alembic].", file);
    }

    // The section [alembic] as configparser reads it: further lines of a value are indented, %(here)s is the folder.
    private static Dictionary<string, string> Section(IEnumerable<string> lines, string folder)
    {
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var (inside, key) = (false, "");
        foreach (var line in lines)
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
                result[key] += "\n" + Expanded(text, folder);
            }
            else if (inside && text.IndexOfAny(['=', ':']) is > 0 and var at)
            {
                key = text[..at].Trim();
                result[key] = Expanded(text[(at + 1)..].Trim(), folder);
            }
        }

        return result;
    }

    private static string Expanded(string text, string folder) =>
        text.Replace("%(here)s", folder, StringComparison.Ordinal).Replace("%%", "%", StringComparison.Ordinal);
}
