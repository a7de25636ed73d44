using System.Collections.ObjectModel;
using System.Text.Json;
using CivicQ.Ops.Core.Logs.Entries.Formats;

namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>Reads what an entry has beside time, level and message.</summary>
internal static class LogFields
{
    private static readonly ReadOnlyDictionary<string, object?> None = new(new Dictionary<string, object?>());

    /// <summary>Reads an entry's fields.</summary>
    /// <param name="format">Its form.</param>
    /// <param name="text">Its lines.</param>
    /// <returns>The fields by name, regardless of case.</returns>
    public static IReadOnlyDictionary<string, object?> Of(LogFormat format, string text)
    {
        if (format == LogFormat.Text)
        {
            return None;
        }

        var fields = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var first = end < 0 ? text : text[..end];
        try
        {
            switch (format)
            {
                case LogFormat.Json:
                    JsonLine.Fields(first, fields);
                    break;
                case LogFormat.Python:
                    PythonLine.Fields(first, fields);
                    break;
                case LogFormat.Uvicorn:
                    UvicornLine.Fields(first, fields);
                    break;
                case LogFormat.NginxAccess:
                    NginxAccessLine.Fields(first, fields);
                    break;
                case LogFormat.NginxError:
                    NginxErrorLine.Fields(first, fields);
                    break;
                case LogFormat.PostgreSql:
                    PostgresLine.Fields(text, fields);
                    break;
                case LogFormat.Redis:
                    RedisLine.Fields(first, fields);
                    break;
            }
        }
        catch (JsonException)
        {
            // An entry made by hand, whose text is none of its format: it has no fields.
        }

        // PowerShell reads members of an IDictionary with a dot: $_.Fields.path
        return new ReadOnlyDictionary<string, object?>(fields);
    }
}
