using System.Text;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>Reads PostgreSQL's text of an array: <c>{1,NULL,"a \"b\""}</c>, nested, with bounds before it or without.</summary>
internal static class ArrayText
{
    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="element">Reads an element that is not NULL.</param>
    /// <returns>The elements; an array of arrays where it has several dimensions.</returns>
    public static object?[] Read(string text, Func<string, object?> element)
    {
        // [0:1]={…}
        var position = text.IndexOf('{', StringComparison.Ordinal);
        return List(text, ref position, element);
    }

    private static object?[] List(string text, ref int position, Func<string, object?> element)
    {
        var result = new List<object?>();
        position++;
        while (position < text.Length && text[position] != '}')
        {
            if (text[position] == '{')
            {
                result.Add(List(text, ref position, element));
            }
            else if (text[position] == ',')
            {
                position++;
            }
            else
            {
                var (value, quoted) = Word(text, ref position);
                result.Add(!quoted && value.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? null : element(value));
            }
        }

        position++;
        return [.. result];
    }

    private static (string Value, bool Quoted) Word(string text, ref int position)
    {
        var quoted = text[position] == '"';
        var value = new StringBuilder();
        for (position += quoted ? 1 : 0; position < text.Length; position++)
        {
            var character = text[position];
            if (quoted ? character == '"' : character is ',' or '}')
            {
                break;
            }

            value.Append(character == '\\' && position + 1 < text.Length ? text[++position] : character);
        }

        position += quoted ? 1 : 0;
        return (value.ToString(), quoted);
    }
}
