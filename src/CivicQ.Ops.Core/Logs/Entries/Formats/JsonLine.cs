using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>Reads one JSON object a line. Of the names that libraries give to time, level and message, the first in each list that is there counts.</summary>
internal static class JsonLine
{
    private static readonly string[] LevelNames = ["level", "levelname", "severity", "log.level", "lvl", "loglevel", "error_severity", "levelno"];
    private static readonly string[] MessageNames = ["message", "msg", "event"];
    private static readonly string[] TimeNames = ["timestamp", "@timestamp", "time", "ts", "asctime", "datetime"];
    private static readonly KnownName[] Names =
    [
        .. LevelNames.Select((name, rank) => new KnownName(Encoding.UTF8.GetBytes(name), Role.Level, rank)),
        .. MessageNames.Select((name, rank) => new KnownName(Encoding.UTF8.GetBytes(name), Role.Message, rank)),
        .. TimeNames.Select((name, rank) => new KnownName(Encoding.UTF8.GetBytes(name), Role.Time, rank)),
        new KnownName("status"u8.ToArray(), Role.Status, 0),
    ];

    private enum Role
    {
        None,
        Level,
        Message,
        Time,
        Status,
    }

    private sealed record KnownName(byte[] Text, Role Role, int Rank);

    /// <summary>Reads a line.</summary>
    public static bool TryRead(string text, ref ParsedLine line)
    {
        if (text[^1] is not ('}' or ' ' or '\t'))
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return Read(new Utf8JsonReader(buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer))), ref line, null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            line = default;
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads what a line has beside time, level and message.</summary>
    public static void Fields(string text, Dictionary<string, object?> fields)
    {
        var line = default(ParsedLine);
        Read(new Utf8JsonReader(Encoding.UTF8.GetBytes(text)), ref line, fields);
    }

    private static bool Read(Utf8JsonReader reader, ref ParsedLine line, Dictionary<string, object?>? fields)
    {
        line.Format = LogFormat.Json;
        line.IsWhole = true;
        int level = int.MaxValue, message = int.MaxValue, time = int.MaxValue, status = 0;
        string? levelName = null, messageName = null, timeName = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Find(reader.ValueSpan, reader.ValueIsEscaped);
            var key = fields is null ? null : LogText.CleanText(reader.GetString()!);
            reader.Read();
            switch (name?.Role)
            {
                case Role.Level when name.Rank <= level && Level(ref reader, name.Rank) is > LogEntryLevel.Unknown and var found:
                    (line.Level, level, levelName) = (found, name.Rank, key);
                    break;
                case Role.Message when name.Rank <= message && fields is null:
                    (line.Message, message) = (Message(ref reader), name.Rank);
                    break;
                case Role.Message when name.Rank <= message:
                    (message, messageName) = (name.Rank, key);
                    break;
                case Role.Time when name.Rank <= time && Time(ref reader) is { Ticks: > 0 } found:
                    (line.Time, time, timeName) = (found, name.Rank, key);
                    break;
                case Role.Status:
                    status = Status(ref reader);
                    break;
            }

            if (key is null)
            {
                reader.Skip();
            }
            else
            {
                fields![key] = Value(ref reader);
            }
        }

        // Past the object nothing may follow: the reader says so.
        reader.Read();
        if (line.Level == LogEntryLevel.Unknown && status is >= 100 and <= 599)
        {
            line.Level = LogLevels.OfStatus(status);
        }

        if (fields is not null)
        {
            // What the entry's own properties say is not said again.
            fields.Remove(levelName ?? "");
            fields.Remove(messageName ?? "");
            fields.Remove(timeName ?? "");
        }

        return true;
    }

    private static KnownName? Find(ReadOnlySpan<byte> name, bool escaped)
    {
        if (!escaped && name.Length is >= 2 and <= 14)
        {
            foreach (var known in Names)
            {
                if (known.Text.Length == name.Length && name.SequenceEqual(known.Text))
                {
                    return known;
                }
            }
        }

        return null;
    }

    private static LogEntryLevel Level(ref Utf8JsonReader reader, int rank)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number))
        {
            return LevelNames[rank] switch
            {
                "levelno" => LogLevels.OfPython(number),
                "severity" => LogLevels.OfSyslog(number),
                _ => LogLevels.OfPino(number),
            };
        }

        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > 16)
        {
            return LogEntryLevel.Unknown;
        }

        Span<char> name = stackalloc char[16];
        return LogLevels.Of(name[..Encoding.UTF8.GetChars(reader.ValueSpan, name)]);
    }

    private static LineTime Time(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetDouble(out var number) ? LineTimeReader.Epoch(number) : default;
        }

        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > 48)
        {
            return default;
        }

        Span<char> text = stackalloc char[48];
        return LineTimeReader.TryIso(text[..Encoding.UTF8.GetChars(reader.ValueSpan, text)], out var time, out _) ? time : default;
    }

    private static string Message(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => LogText.CleanText(reader.GetString()!),
        JsonTokenType.Null => "",
        _ => Nested(ref reader),
    };

    private static int Status(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var status) ? status
        : reader.TokenType == JsonTokenType.String && int.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out status) ? status : 0;

    private static object? Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => LogText.CleanText(reader.GetString()!),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        JsonTokenType.Number when reader.TryGetInt64(out var whole) => whole,
        JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number) => number,
        _ => Nested(ref reader),
    };

    private static string Nested(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.GetRawText();
    }
}
