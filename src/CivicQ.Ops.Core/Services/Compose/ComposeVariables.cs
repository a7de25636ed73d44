using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>The variables of a project: the process's own before those of its file.</summary>
internal static class ComposeVariables
{
    /// <summary>Reads the file of variables.</summary>
    /// <param name="path">The file; one that is not there holds nothing.</param>
    /// <param name="required">True where it was named explicitly and must be there.</param>
    /// <returns>Reads one variable.</returns>
    /// <exception cref="OperationException"><c>ComposeFileNotFound</c>.</exception>
    public static Func<string, string?> Read(string? path, bool required)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (path is not null && (required || File.Exists(path)))
        {
            try
            {
                foreach (var line in File.ReadLines(path))
                {
                    Add(values, line.Trim());
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new OperationException(ComposeErrors.FileNotFound, $"The file of variables cannot be read: {error.Message}", path, error);
            }
        }

        return name => Environment.GetEnvironmentVariable(name) ?? values.GetValueOrDefault(name);
    }

    private static void Add(Dictionary<string, string> values, string line)
    {
        line = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..].TrimStart() : line;
        var split = line.IndexOf('=', StringComparison.Ordinal);
        if (split <= 0 || line[0] == '#')
        {
            return;
        }

        var value = line[(split + 1)..].Trim();
        if (value is ['"', .., '"'] or ['\'', .., '\''] && value.Length > 1)
        {
            value = value[1..^1];
        }
        else if (value.IndexOf(" #", StringComparison.Ordinal) is >= 0 and var comment)
        {
            value = value[..comment].TrimEnd();
        }

        values[line[..split].Trim()] = value;
    }
}
