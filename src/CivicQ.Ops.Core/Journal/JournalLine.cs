using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CivicQ.Ops.Core.Journal;

/// <summary>
/// An entry as a line: a JSON object whose last key is <c>hash</c>. The hash is taken over the very bytes of the line without that
/// key, so that nobody has to agree on how JSON is to be written.
/// </summary>
internal static class JournalLine
{
    private const int HashDigits = 64;
    private static readonly byte[] BeforeHash = ",\"hash\":\""u8.ToArray();
    private static readonly byte[] BehindHash = "\"}"u8.ToArray();
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a text is a hash as it is written here.</summary>
    public static bool IsHash(string? text) => text?.Length == HashDigits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Writes an entry.</summary>
    /// <param name="entry">The entry; its hash is taken here.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>The line's bytes, without the end of line.</returns>
    public static byte[] Write(JournalEntry entry, out string hash)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", entry.Sequence);
            json.WriteString("time", entry.Time.UtcDateTime);
            json.WriteString("user", entry.User);
            json.WriteString("machine", entry.Machine);
            json.WriteNumber("processId", entry.ProcessId);
            json.WriteString("moduleVersion", entry.ModuleVersion);
            json.WriteString("cmdlet", entry.Cmdlet);
            WriteTexts(json, "environments", entry.Environment);
            json.WriteStartArray("changes");
            foreach (var change in entry.Changes)
            {
                json.WriteStartObject();
                json.WriteString("target", change.Target);
                json.WriteString("action", change.Action);
                json.WriteString("environment", change.Environment);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("changesOmitted", entry.ChangesOmitted);
            json.WriteString("outcome", entry.Outcome.ToString());
            WriteTexts(json, "errorIds", entry.ErrorIds);
            json.WriteNumber("durationSeconds", entry.Duration.TotalSeconds);
            json.WriteStartObject("parameters");
            foreach (var (name, value) in entry.Parameters)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteString("correlationId", entry.CorrelationId);
            json.WriteString("previousHash", entry.PreviousHash);
            json.WriteEndObject();
        }

        var body = buffer.WrittenSpan;
        hash = Hash(body);
        return [.. body[..^1], .. BeforeHash, .. Encoding.ASCII.GetBytes(hash), .. BehindHash];
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The bytes, without the end of line.</param>
    /// <param name="intact">True where the hash is the one of these bytes.</param>
    /// <returns>The entry; <see langword="null"/> where the line is none.</returns>
    public static JournalEntry? Read(ReadOnlyMemory<byte> line, out bool intact)
    {
        intact = false;
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var entry = new JournalEntry
            {
                Sequence = root.GetProperty("sequence").GetInt64(),
                Time = new DateTimeOffset(root.GetProperty("time").GetDateTime().ToUniversalTime()),
                User = root.GetProperty("user").GetString() ?? "",
                Machine = root.GetProperty("machine").GetString() ?? "",
                ProcessId = root.GetProperty("processId").GetInt32(),
                ModuleVersion = root.GetProperty("moduleVersion").GetString() ?? "",
                Cmdlet = root.GetProperty("cmdlet").GetString() ?? "",
                Environment = Texts(root.GetProperty("environments")),
                Changes = [.. root.GetProperty("changes").EnumerateArray().Select(change => new JournalChange(
                    change.GetProperty("target").GetString() ?? "", change.GetProperty("action").GetString() ?? "", change.GetProperty("environment").GetString()))],
                ChangesOmitted = root.GetProperty("changesOmitted").GetInt32(),
                Outcome = Enum.Parse<JournalOutcome>(root.GetProperty("outcome").GetString() ?? ""),
                ErrorIds = Texts(root.GetProperty("errorIds")),
                Duration = TimeSpan.FromSeconds(root.GetProperty("durationSeconds").GetDouble()),
                Parameters = root.GetProperty("parameters").EnumerateObject().ToDictionary(
                    member => member.Name, member => member.Value.GetString() ?? "", StringComparer.OrdinalIgnoreCase),
                CorrelationId = root.GetProperty("correlationId").GetString() ?? "",
                PreviousHash = root.GetProperty("previousHash").GetString() ?? "",
                Hash = root.GetProperty("hash").GetString() ?? "",
            };
            intact = IsIntact(line.Span, entry.Hash);
            return entry;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private static bool IsIntact(ReadOnlySpan<byte> line, string hash)
    {
        var tail = BeforeHash.Length + HashDigits + BehindHash.Length;
        if (line.Length <= tail || !line.EndsWith(BehindHash) || !line[^tail..].StartsWith(BeforeHash))
        {
            return false;
        }

        byte[] body = [.. line[..^tail], (byte)'}'];
        return string.Equals(Hash(body), hash, StringComparison.Ordinal);
    }

    private static string Hash(ReadOnlySpan<byte> body) => Convert.ToHexString(SHA256.HashData(body)).ToLowerInvariant();

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static IReadOnlyList<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString() ?? "")];
}
