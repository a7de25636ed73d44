using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database;

/// <summary>Quotes the names of tables, schemas and their like for SQL: the one place where a name becomes part of a statement's text.</summary>
public static class SqlIdentifier
{
    /// <summary>PostgreSQL cuts longer names off without a word, and a cut name may be another table's.</summary>
    public const int MaximumBytes = 63;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Quotes a name; case, spaces, quotes and every letter stay as they are.</summary>
    /// <param name="name">The name as the catalog has it, not quoted.</param>
    /// <returns>The name between double quotes, its own doubled.</returns>
    /// <exception cref="OperationException"><c>DatabaseIdentifierInvalid</c>: no such name can exist.</exception>
    public static string Quote(string name)
    {
        if (Complaint(name) is { } complaint)
        {
            throw new OperationException(DatabaseErrors.IdentifierInvalid, $"'{Shown(name)}' cannot be a name in PostgreSQL: {complaint}.", Shown(name));
        }

        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Quotes a name with its schema.</summary>
    /// <param name="schema">The schema's name.</param>
    /// <param name="name">The name in it.</param>
    /// <returns>Both, with a dot between.</returns>
    /// <exception cref="OperationException"><c>DatabaseIdentifierInvalid</c>.</exception>
    public static string Quote(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    private static string? Complaint(string name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "it is empty";
        }

        if (name.Contains('\0', StringComparison.Ordinal))
        {
            return "it holds a NUL";
        }

        try
        {
            var bytes = Strict.GetByteCount(name);
            return bytes > MaximumBytes ? $"it has {bytes} bytes, and the server keeps {MaximumBytes}" : null;
        }
        catch (EncoderFallbackException)
        {
            return "it is not valid Unicode";
        }
    }

    private static string Shown(string? name) => (name ?? "").Replace("\0", "\\0", StringComparison.Ordinal);
}
