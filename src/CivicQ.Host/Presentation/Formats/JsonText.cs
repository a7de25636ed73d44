using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Formats;

/// <summary>
/// Objects as JSON: property names as they are, enums as names, times in ISO 8601, durations as <c>d.hh:mm:ss.fffffff</c>. PowerShell's
/// ConvertTo-Json gives enums as numbers and durations in pieces; names are what scripts compare with.
/// </summary>
public static class JsonText
{
    /// <summary>Nesting beyond this is written as text: an object may contain itself.</summary>
    public const int DefaultDepth = 10;

    /// <summary>Writes an object.</summary>
    /// <param name="value">The object.</param>
    /// <param name="indented">Whether over several lines.</param>
    /// <param name="depth">How many levels of objects.</param>
    /// <returns>The JSON.</returns>
    public static string Of(object? value, bool indented, int depth = DefaultDepth)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            Write(json, value, depth);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, object? wrapped, int depth)
    {
        var value = ObjectProperties.Unwrap(wrapped);
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case double number when !double.IsFinite(number):
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case float number when !float.IsFinite(number):
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case float number:
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                json.WriteStringValue(time);
                break;
            case DateTime time:
                json.WriteStringValue(time);
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case TimeSpan span:
                json.WriteStringValue(span.ToString("c", CultureInfo.InvariantCulture));
                break;
            case IDictionary or not IEnumerable when !ObjectProperties.IsScalar(value) && depth > 0 && value is not Exception:
                WriteObject(json, wrapped!, depth);
                break;
            case IEnumerable items when value is not IDictionary && depth > 0:
                json.WriteStartArray();
                foreach (var item in items)
                {
                    Write(json, item, depth - 1);
                }

                json.WriteEndArray();
                break;
            case Exception error:
                json.WriteStringValue(error.Message);
                break;
            default:
                json.WriteStringValue(value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value.ToString());
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter json, object value, int depth)
    {
        json.WriteStartObject();
        foreach (var (name, property) in ObjectProperties.Of(value))
        {
            json.WritePropertyName(name);
            Write(json, property, depth - 1);
        }

        json.WriteEndObject();
    }
}
