using System.Globalization;
using System.Text.Json;

namespace CivicQ.Ops.Tests.Conformance;

/// <summary>The command lines that the host and PowerShell must agree on, in the host. Pester runs the same files in pwsh.</summary>
[Collection(LabCollection.Name)]
public class ConformanceTests(LabFixture lab)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Suite.Root, "tests/Conformance"), "*.json").Order(StringComparer.Ordinal))
            {
                foreach (var item in Read(file))
                {
                    cases.Add(Path.GetFileName(file), item.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_host_gives_what_PowerShell_gives(string file, string name)
    {
        var item = Read(Path.Combine(Suite.Root, "tests/Conformance", file)).Single(one => one.Name == name);
        var before = item.Variables.Keys.ToDictionary(key => key, Environment.GetEnvironmentVariable);
        foreach (var (key, value) in item.Variables)
        {
            Environment.SetEnvironmentVariable(key, value);
        }

        try
        {
            using var session = Suite.Open();
            Check(item, session.Invoke(item.Command));
        }
        finally
        {
            foreach (var (key, value) in before)
            {
                Environment.SetEnvironmentVariable(key, value);
            }
        }

        Assert.NotNull(lab.Session);
    }

    private static void Check(ConformanceCase item, Host.Engine.InvocationResult result)
    {
        Assert.Equal(item.Errors, result.Errors.Select(error => error.FullyQualifiedErrorId));
        Assert.All(item.Messages.Zip(result.Errors), pair => Assert.Contains(pair.First, pair.Second.ToString(), StringComparison.Ordinal));
        if (item.Categories.Count > 0)
        {
            Assert.Equal(item.Categories, result.Errors.Select(error => error.CategoryInfo.Category.ToString()));
        }

        Assert.Equal(item.Terminates, result.Terminated);
        if (item.WhatIf is { } whatIf)
        {
            Assert.Equal(whatIf, result.WhatIf);
        }

        if (item.Count is { } count)
        {
            Assert.Equal(count, result.Output.Count);
        }

        if (item.Output is { } output)
        {
            Assert.Equal(output.Count, result.Output.Count);
            foreach (var (expected, actual) in output.Zip(result.Output))
            {
                Assert.All(expected, pair => Assert.Equal(Text(pair.Value), actual!.Text(pair.Key)));
            }
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private static List<ConformanceCase> Read(string file) => JsonSerializer.Deserialize<List<ConformanceCase>>(File.ReadAllText(file), Json)!;
}
