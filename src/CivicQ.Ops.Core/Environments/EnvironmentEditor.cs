using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Json;

namespace CivicQ.Ops.Core.Environments;

/// <summary>Changes one environment in the text of <c>environments.json</c>; every other byte, comments included, stays as it is.</summary>
internal static class EnvironmentEditor
{
    private const string Indent = "    ";
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A new file with nothing in it.</summary>
    public static byte[] Empty => "{\n  \"environments\": {\n  }\n}\n"u8.ToArray();

    /// <summary>Puts an environment in, in the place of the one of that name where there is one.</summary>
    /// <param name="content">A text that the reader has found to be valid JSON.</param>
    /// <param name="name">The name.</param>
    /// <param name="definition">The environment's object.</param>
    /// <returns>The new text.</returns>
    public static byte[] Set(ReadOnlySpan<byte> content, string name, JsonObject definition)
    {
        var text = JsonText.Parse(content);
        var written = definition.ToJsonString(Format).ReplaceLineEndings("\n" + Indent);
        if (Find(text, name) is { } present)
        {
            return Splice(text, present.Value.Start, present.Value.End, written);
        }

        var member = $"\n{Indent}{JsonSerializer.Serialize(name, Format)}: {written}";
        if (Environments(text) is not { } environments)
        {
            var all = $"\n  \"environments\": {{{member}\n  }}";
            return text.Root.Members.Count == 0
                ? Splice(text, text.Root.Start + 1, text.Root.Start + 1, all + "\n")
                : Splice(text, text.Root.Start + 1, text.Root.Start + 1, all + ",");
        }

        // Behind the last one; its comma may be there already, in front of comments.
        if (environments.Members.Count == 0)
        {
            return Splice(text, environments.Start + 1, environments.Start + 1, member);
        }

        var last = environments.Members[^1].Value.End;
        return Comma(text, last) is { } comma
            ? Splice(text, comma + 1, comma + 1, member + ",")
            : Splice(text, last, last, "," + member);
    }

    /// <summary>Takes an environment out.</summary>
    /// <param name="content">A text that the reader has found to be valid JSON.</param>
    /// <param name="name">The name.</param>
    /// <returns>The new text; the same where the name is not in it.</returns>
    public static byte[] Remove(ReadOnlySpan<byte> content, string name)
    {
        var text = JsonText.Parse(content);
        if (Find(text, name) is not { } member)
        {
            return content.ToArray();
        }

        var members = Environments(text)!.Members;
        var index = members.IndexOf(member);
        var start = member.Start;
        while (start > 0 && text.Bytes[start - 1] is (byte)' ' or (byte)'\t')
        {
            start--;
        }

        if (start > 0 && text.Bytes[start - 1] == (byte)'\n')
        {
            start--;
        }

        if (Comma(text, member.Value.End) is { } behind)
        {
            return Splice(text, start, behind + 1, "");
        }

        // The last one: the comma behind its forerunner goes too.
        var without = Splice(text, start, member.Value.End, "");
        return index > 0 && Comma(text, members[index - 1].Value.End) is { } before ? [.. without[..before], .. without[(before + 1)..]] : without;
    }

    private static JsonPart? Environments(JsonText text) =>
        text.Root.Members.Find(member => string.Equals(member.Name, "environments", StringComparison.Ordinal))?.Value;

    private static JsonMember? Find(JsonText text, string name) =>
        Environments(text)?.Members.Find(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase));

    // The comma that follows a value, with nothing but space and comments between; null where the object ends first.
    private static int? Comma(JsonText text, int offset)
    {
        var bytes = text.Bytes;
        while (offset < bytes.Length)
        {
            if (bytes[offset] == (byte)',')
            {
                return offset;
            }

            if (bytes[offset..].StartsWith("//"u8))
            {
                var end = bytes[offset..].IndexOf((byte)'\n');
                offset = end < 0 ? bytes.Length : offset + end;
            }
            else if (bytes[offset..].StartsWith("/*"u8))
            {
                offset += bytes[offset..].IndexOf("*/"u8) + 2;
            }
            else if (bytes[offset] is (byte)'}' or (byte)']')
            {
                return null;
            }
            else
            {
                offset++;
            }
        }

        return null;
    }

    private static byte[] Splice(JsonText text, int start, int end, string insert) =>
        [.. text.Bytes[..start], .. Encoding.UTF8.GetBytes(insert), .. text.Bytes[end..]];
}
