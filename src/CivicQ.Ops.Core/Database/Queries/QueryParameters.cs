using System.Numerics;
using CivicQ.Ops.Core.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>Makes Npgsql's parameters of what an operator gave.</summary>
internal static class QueryParameters
{
    /// <summary>Makes them.</summary>
    /// <param name="values">The values by name.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="OperationException"><c>DatabaseParameterInvalid</c>; the value is never repeated.</exception>
    public static IEnumerable<NpgsqlParameter> Of(IReadOnlyDictionary<string, object?> values) =>
        values.Select(pair => Parameter(pair.Key.TrimStart('@', ':'), pair.Value));

    private static NpgsqlParameter Parameter(string name, object? value)
    {
        if (name.Length == 0 || !name.All(character => char.IsLetterOrDigit(character) || character == '_'))
        {
            throw new OperationException(DatabaseErrors.ParameterInvalid, $"'{name}' is no name for a parameter: letters, digits and _ are.", name);
        }

        return value switch
        {
            // The server finds out what a text is meant to be, as with a literal: '5' may be compared with a number.
            null or DBNull => new NpgsqlParameter { ParameterName = name, Value = DBNull.Value },
            string text => new NpgsqlParameter { ParameterName = name, Value = Checked(name, text), NpgsqlDbType = NpgsqlDbType.Unknown },
            char character => Parameter(name, character.ToString()),
            Enum member => Parameter(name, member.ToString()),
            _ => new NpgsqlParameter { ParameterName = name, Value = Simple(value) ?? List(name, value) },
        };
    }

    private static object? Simple(object? value) => value switch
    {
        bool or short or int or long or float or double or decimal or Guid or TimeSpan or DateOnly or TimeOnly or byte[] or BigInteger => value,
        byte number => (short)number,
        sbyte number => (short)number,
        ushort number => (int)number,
        uint number => (long)number,
        ulong number => (decimal)number,
        DateTimeOffset time => time.ToUniversalTime(),
        DateTime { Kind: DateTimeKind.Local } time => time.ToUniversalTime(),
        DateTime time => time,
        Uri address => address.ToString(),
        System.Net.IPAddress address => address,
        _ => null,
    };

    private static Array List(string name, object value)
    {
        if (value is not System.Collections.IEnumerable items)
        {
            throw Refused(name, value.GetType());
        }

        var list = items.Cast<object?>().Select(item => item is string text ? Checked(name, text) : item is null ? null : Simple(item) ?? throw Refused(name, item.GetType())).ToList();
        var kinds = list.OfType<object>().Select(item => item.GetType()).Distinct().ToList();
        if (kinds.Count > 1)
        {
            throw new OperationException(DatabaseErrors.ParameterInvalid, $"The list for '{name}' holds values of several kinds: {string.Join(", ", kinds.Select(kind => kind.Name))}.", name);
        }

        var kind = kinds.FirstOrDefault() ?? typeof(string);
        var element = kind.IsValueType && list.Contains(null) ? typeof(Nullable<>).MakeGenericType(kind) : kind;
        var array = Array.CreateInstance(element, list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            array.SetValue(list[i], i);
        }

        return array;
    }

    private static string Checked(string name, string text) => text.Contains('\0', StringComparison.Ordinal)
        ? throw new OperationException(DatabaseErrors.ParameterInvalid, $"The text for '{name}' holds a NUL, which PostgreSQL cannot store.", name)
        : text;

    private static OperationException Refused(string name, Type type) =>
        new(DatabaseErrors.ParameterInvalid, $"The value for '{name}' is of the kind {type.Name}, which PostgreSQL has no type for.", name);
}
