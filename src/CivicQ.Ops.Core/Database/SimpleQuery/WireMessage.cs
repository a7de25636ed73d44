using System.Buffers.Binary;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.SimpleQuery;

/// <summary>One message of PostgreSQL's protocol, read from its first byte on.</summary>
/// <param name="type">The message's type.</param>
/// <param name="body">What follows its length.</param>
internal sealed class WireMessage(char type, byte[] body)
{
    private int offset;

    /// <summary>The type: <c>R</c> authentication, <c>D</c> row, <c>E</c> error …</summary>
    public char Type => type;

    /// <summary>What has not been read yet.</summary>
    public ReadOnlySpan<byte> Rest => body.AsSpan(offset);

    /// <summary>Reads a number of four bytes.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    /// <summary>Reads a number of two bytes.</summary>
    public int Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    /// <summary>Reads so many bytes.</summary>
    public ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > body.Length - offset)
        {
            throw Damaged();
        }

        offset += length;
        return body.AsSpan(offset - length, length);
    }

    /// <summary>Reads a text that ends with a zero.</summary>
    public string Text()
    {
        var length = Rest.IndexOf((byte)0);
        if (length < 0)
        {
            throw Damaged();
        }

        var text = Encoding.UTF8.GetString(Take(length));
        offset++;
        return text;
    }

    /// <summary>Reads an error's fields by their letter: M message, C SQLSTATE.</summary>
    public Dictionary<char, string> Fields()
    {
        var fields = new Dictionary<char, string>();
        while (Rest is [not 0, ..])
        {
            var field = (char)Take(1)[0];
            fields[field] = Text();
        }

        return fields;
    }

    private static OperationException Damaged() => new(PoolerErrors.ProtocolViolated, "A message that is shorter than it says was received.");
}
