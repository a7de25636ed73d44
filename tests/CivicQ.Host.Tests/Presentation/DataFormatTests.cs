using System.Text.Json;
using CivicQ.Host.Presentation.Formats;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Tests.Presentation;

public sealed class DataFormatTests
{
    private static readonly object Sample = new
    {
        Name = "a \"b\", é",
        Day = DayOfWeek.Monday,
        Span = new TimeSpan(1, 2, 3, 4, 500),
        When = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
        Value = 0.1,
        Size = 9007199254740993,
        Items = new[] { 1, 2 },
        Inner = new { X = (string?)null, Y = true },
        Bad = double.NaN,
    };

    [Fact]
    public void Json_is_an_array_with_names_and_iso_times()
    {
        var text = Write(OutputFormat.Json, Sample, Sample);
        using var json = JsonDocument.Parse(text);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        var first = json.RootElement[0];
        Assert.Equal("a \"b\", é", first.GetProperty("Name").GetString());
        Assert.Equal("Monday", first.GetProperty("Day").GetString());
        Assert.Equal("1.02:03:04.5000000", first.GetProperty("Span").GetString());
        Assert.Equal("2026-01-02T03:04:05.678+00:00", first.GetProperty("When").GetString());
        Assert.Equal("0.1", first.GetProperty("Value").GetRawText());
        Assert.Equal("9007199254740993", first.GetProperty("Size").GetRawText());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("Inner").GetProperty("X").ValueKind);
        Assert.Equal("NaN", first.GetProperty("Bad").GetString());
        Assert.Equal(2, first.GetProperty("Items").GetArrayLength());
    }

    [Fact]
    public void Json_of_nothing_is_an_empty_array() => Assert.Equal("[]\n", Write(OutputFormat.Json));

    [Fact]
    public void Json_lines_are_one_object_each() =>
        Assert.Equal("{\"A\":1}\n{\"A\":\"x\\ny\"}\n", Write(OutputFormat.JsonLines, new { A = 1 }, new { A = "x\ny" }));

    [Fact]
    public void An_object_that_contains_itself_ends()
    {
        var loop = new Dictionary<string, object>();
        loop["self"] = loop;
        using var json = JsonDocument.Parse(Write(OutputFormat.JsonLines, loop));
        Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("self").ValueKind);
    }

    [Fact]
    public void Csv_is_as_RFC_4180_has_it() => Assert.Equal(
        "Name,Note,Day,List\r\n\"a,b\",\"say \"\"x\"\"\",Monday,\"[1,2]\"\r\n\"two\nlines\",,Sunday,[]\r\n",
        Write(
            OutputFormat.Csv,
            new { Name = "a,b", Note = "say \"x\"", Day = DayOfWeek.Monday, List = new[] { 1, 2 } },
            new { Name = "two\nlines", Note = (string?)null, Day = DayOfWeek.Sunday, List = Array.Empty<int>() }));

    [Fact]
    public void Csv_keeps_the_first_objects_columns() =>
        Assert.Equal("A,B\r\n1,2\r\n,3\r\n", Write(OutputFormat.Csv, new { A = 1, B = 2 }, new { B = 3, C = 4 }));

    [Theory]
    [InlineData(OutputFormat.Json, "[\n  {\n    \"A\": 1\n  }\n]\n")]
    [InlineData(OutputFormat.JsonLines, "{\"A\":1}\n")]
    [InlineData(OutputFormat.Csv, "A\r\n1\r\n")]
    public void Data_formats_leave_the_wish_of_Format_Table(OutputFormat format, string expected) =>
        Assert.Equal(expected, Write(format, new FormattedObject(new { A = 1 }, true, [])));

    [Theory]
    [InlineData("table")]
    [InlineData("list")]
    [InlineData("json")]
    [InlineData("jsonl")]
    [InlineData("CSV")]
    public void Each_format_has_its_name(string name) => Assert.True(ObjectWriters.TryParse(name, out _));

    [Fact]
    public void An_unknown_format_is_refused() => Assert.False(ObjectWriters.TryParse("xml", out _));

    private static string Write(OutputFormat format, params object[] values)
    {
        var screen = new TestScreen();
        var writer = ObjectWriters.Create(format, screen.Screen, ViewCatalogue.Empty);
        foreach (var value in values)
        {
            writer.Write(value);
        }

        writer.Complete();
        return screen.Text;
    }
}
