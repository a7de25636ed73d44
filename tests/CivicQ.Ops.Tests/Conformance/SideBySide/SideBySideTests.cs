using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Conformance.SideBySide;

/// <summary>The module against kubectl and docker on the same servers: <c>tests/Conformance/SideBySide/services.json</c>.</summary>
public sealed partial class SideBySideTests(LabFixture lab) : CmdletTests(lab)
{
    private const int Looks = 8;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
    private readonly Stopwatch clock = new();
    private DateTimeOffset began;
    private ITwins twins = null!;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            Read().ForEach(item => cases.Add(item.Platform, item.Name));
            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task The_module_says_and_does_what_the_tool_does(string platform, string name)
    {
        var item = Read().Single(one => one.Platform == platform && one.Name == name);
        await using var place = platform == "Kubernetes" ? await KubernetesTwins.StartAsync() : await ComposeTwins.StartAsync();
        twins = place;
        began = DateTimeOffset.UtcNow;
        clock.Start();
        using var file = new EnvironmentsFile(("twins", new JsonObject { ["services"] = twins.Services, ["localHost"] = false }));
        foreach (var line in item.Before)
        {
            await DoAsync(line);
        }

        await BothAsync(item.Twice, DoAsync);
        if (item.Ours is null)
        {
            await ActAsync(item);
        }
        else
        {
            await LookAsync(item);
        }
    }

    private async Task LookAsync(SideBySideCase item)
    {
        var columns = item.Fields.Select(field => new Column(field)).ToList();
        var difference = "";
        for (var look = 0; look < Looks; look++)
        {
            var tool = item.Tool.ToList();
            if (item.Each is { } each)
            {
                tool.AddRange(Lines(await DoAsync(each)));
            }

            var ours = Succeed(Filled(item.Ours!)).Select(one => columns.Select(column => column.Ours(one)).ToList()).ToList();
            var theirs = Lines(await DoAsync(tool)).Skip(item.Heading)
                .Select(line => Regex.Split(line, item.Separator).Zip(columns, (text, column) => text == item.None ? "" : column.Theirs(text)).ToList()).ToList();
            difference = Difference(columns, ours, theirs);
            if (difference.Length == 0)
            {
                Assert.NotEmpty(theirs);
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        Assert.Fail(difference);
    }

    private static string Difference(List<Column> columns, List<List<string>> ours, List<List<string>> theirs)
    {
        var missing = theirs.Select(row => (Row: row, Ours: ours.FirstOrDefault(one => Agree(columns, one, row)))).ToList();
        missing.ForEach(pair => ours.Remove(pair.Ours!));
        return string.Join('\n', missing.Where(pair => pair.Ours is null).Select(pair => $"only the tool: {string.Join(" | ", pair.Row)}")
            .Concat(ours.Select(row => $"only the module: {string.Join(" | ", row)}")));
    }

    private static bool Agree(List<Column> columns, List<string> ours, List<string> theirs) =>
        theirs.Count == columns.Count && columns.Select((column, index) => column.Agree(ours[index], theirs[index])).All(same => same);

    private async Task ActAsync(SideBySideCase item)
    {
        var before = await AnswersAsync([.. item.Changed, .. item.Kept]);
        var result = Invoke(Filled(item.Act!));
        var (code, output, error) = await twins.RunAsync([.. item.Tool.Select(Filled)]);
        if (item.Fails is { } fails)
        {
            Assert.Equal([fails.Ours], Ids(result));
            Assert.NotEqual(0, code);
            Assert.Contains(fails.Tool, error, StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(result.Errors);
            Assert.True(code == 0, $"{code} {error} {output}");
            Assert.Equal(item.Outcome ?? "Done", Assert.Single(result.Output)!.Text("Outcome"));
        }

        await BothAsync(item.After, DoAsync);
        foreach (var line in item.Same)
        {
            Assert.Equal(Plain(await DoAsync(Named(line, "right"))), Plain(await DoAsync(Named(line, "left"))));
        }

        var after = await AnswersAsync([.. item.Changed, .. item.Kept]);
        Assert.All(before.Zip(after).Take(2 * item.Changed.Count), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.All(before.Zip(after).Skip(2 * item.Changed.Count), pair => Assert.Equal(pair.First, pair.Second));
        Assert.True(item.Same.Count + before.Count > 0);
    }

    private async Task<List<string>> AnswersAsync(IEnumerable<List<string>> lines)
    {
        var answers = new List<string>();
        await BothAsync(lines, async line => answers.Add(await DoAsync(line)));
        return answers;
    }

    private static async Task BothAsync(IEnumerable<List<string>> lines, Func<List<string>, Task> work)
    {
        foreach (var line in lines)
        {
            foreach (var name in new[] { "left", "right" })
            {
                await work(Named(line, name));
            }
        }
    }

    private async Task<string> DoAsync(List<string> line)
    {
        var (code, output, error) = await twins.RunAsync([.. line.Select(Filled)]);
        Assert.True(code == 0, $"{string.Join(' ', line)}: {code} {error} {output}");
        return Terminal().Replace(output, "").TrimEnd('\n');
    }

    private static List<string> Named(List<string> line, string name) => [.. line.Select(word => word.Replace("{name}", name, StringComparison.Ordinal))];

    private string Filled(string text) => text
        .Replace("{space}", twins.Space, StringComparison.Ordinal)
        .Replace("{since}", began.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{elapsed}", clock.Elapsed.ToString("c", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    // What differs between any two: names, times, identifiers; and the order of lines.
    private static string Plain(string text) => string.Join('\n', Lines(Id().Replace(Time().Replace(Name().Replace(text, "NAME"), "TIME"), "ID")).Order(StringComparer.Ordinal));

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static List<SideBySideCase> Read() =>
        JsonSerializer.Deserialize<List<SideBySideCase>>(File.ReadAllText(Path.Combine(Suite.Root, "tests/Conformance/SideBySide/services.json")), Json)!;

    [GeneratedRegex(@"\b(left|right)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    // Compose clears the line before each line of a log, terminal or not.
    [GeneratedRegex(@"\x1b\[[\d;]*[A-Za-z]", RegexOptions.CultureInvariant)]
    private static partial Regex Terminal();

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
