using System.Text;
using System.Text.Json;

namespace CivicQ.Ops.Core.Json;

/// <summary>A JSON text with the position of every value. Comments and trailing commas are allowed, as people write settings.</summary>
internal sealed class JsonText
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    private readonly byte[] bytes;

    private JsonText(byte[] bytes, JsonPart root) => (this.bytes, Root) = (bytes, root);

    /// <summary>The outermost value.</summary>
    public JsonPart Root { get; }

    /// <summary>The text's bytes, without a byte order mark.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Reads a text.</summary>
    /// <param name="content">UTF-8, with or without a byte order mark.</param>
    /// <returns>The text, all of it read.</returns>
    /// <exception cref="JsonException">It is broken; the exception has the line and the byte in it, both from 0.</exception>
    public static JsonText Parse(ReadOnlySpan<byte> content)
    {
        var bytes = (content.StartsWith(ByteOrderMark) ? content[ByteOrderMark.Length..] : content).ToArray();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        reader.Read();
        var root = Read(ref reader);
        // Anything behind the value is an error, which the reader finds itself.
        reader.Read();
        return new JsonText(bytes, root);
    }

    /// <summary>The line and column of an offset, both from 1; columns count characters.</summary>
    public (int Line, int Column) Position(int offset)
    {
        var before = bytes.AsSpan(0, offset);
        var line = before.Count((byte)'\n') + 1;
        var start = before.LastIndexOf((byte)'\n') + 1;
        return (line, Encoding.UTF8.GetCharCount(before[start..]) + 1);
    }

    private static JsonPart Read(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var part = reader.TokenType switch
        {
            JsonTokenType.StartObject => new JsonPart { Kind = JsonValueKind.Object, Start = start },
            JsonTokenType.StartArray => new JsonPart { Kind = JsonValueKind.Array, Start = start },
            JsonTokenType.String => new JsonPart { Kind = JsonValueKind.String, Start = start, Text = reader.GetString()! },
            JsonTokenType.Number => new JsonPart { Kind = JsonValueKind.Number, Start = start, Number = reader.GetDouble() },
            JsonTokenType.True => new JsonPart { Kind = JsonValueKind.True, Start = start },
            JsonTokenType.False => new JsonPart { Kind = JsonValueKind.False, Start = start },
            _ => new JsonPart { Kind = JsonValueKind.Null, Start = start },
        };
        if (part.Kind == JsonValueKind.Object)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var nameStart = (int)reader.TokenStartIndex;
                reader.Read();
                part.Members.Add(new JsonMember(name, nameStart, Read(ref reader)));
            }
        }
        else if (part.Kind == JsonValueKind.Array)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                part.Items.Add(Read(ref reader));
            }
        }

        part.End = (int)reader.BytesConsumed;
        return part;
    }
}
