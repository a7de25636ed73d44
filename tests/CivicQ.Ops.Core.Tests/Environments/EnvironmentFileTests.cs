using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Tests.Environments;

public sealed class EnvironmentFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("environments.json");

    private EnvironmentFileWriter Writer => new(Path, ThresholdSet.Names);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("CIVICQ_CONFIG", "/etc/civicq", "/etc/civicq/environments.json")]
    [InlineData("CIVICQ_CONFIG", "/etc/other.json", "/etc/other.json")]
    [InlineData("XDG_CONFIG_HOME", "/cfg", "/cfg/civicq/environments.json")]
    public void Variables_say_where_it_is(string variable, string value, string expected)
    {
        if (OperatingSystem.IsWindows() && variable.StartsWith("XDG", StringComparison.Ordinal))
        {
            expected = System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "CivicQ", "environments.json");
        }

        Assert.Equal(System.IO.Path.GetFullPath(expected), EnvironmentFile.DefaultPath(name => name == variable ? value : null));
    }

    [Fact]
    public void What_is_changed_behind_a_link_is_read_again()
    {
        // A mounted ConfigMap and most managers of dot files hold links: the link stays as it is when the content changes.
        File.WriteAllText(folder.File("one.json"), """{ "environments": { "a": { } } }""");
        File.CreateSymbolicLink(Path, folder.File("one.json"));
        Assert.Equal(["a"], Names());
        File.WriteAllText(folder.File("one.json"), """{ "environments": { "abc": { } } }""");
        Assert.Equal(["abc"], Names());
    }

    [Fact]
    public void What_is_changed_is_read_again()
    {
        Assert.Empty(Names());
        Write("""{ "environments": { "a": { } } }""");
        Assert.Equal(["a"], Names());
        Write("""{ "environments": { "abc": { } } }""");
        Assert.Equal(["abc"], Names());
        File.Delete(Path);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_folder_in_its_place_is_named()
    {
        Directory.CreateDirectory(Path);
        Assert.Equal("EnvironmentFileUnreadable", new EnvironmentFile(Path, []).Read().Fatal!.Definition.Id);
    }

    [Fact]
    public void The_first_environment_makes_the_file_and_its_folder()
    {
        var path = System.IO.Path.Combine(folder.Path, "new", "environments.json");
        new EnvironmentFileWriter(path, []).Set("a", Site("https://a.example.com"), replace: false);
        Assert.Equal("https://a.example.com/", Assert.Single(new EnvironmentFile(path, []).Read().Environments).Site!.Url.AbsoluteUri);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.Empty(Directory.GetFiles(System.IO.Path.GetDirectoryName(path)!, "*.tmp"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"$schema\": \"x\" }")]
    [InlineData("{ \"environments\": {} }")]
    [InlineData("{\r\n  \"environments\": {\r\n    // nothing yet\r\n  }\r\n}\r\n")]
    [InlineData("{ \"environments\": { \"a\": { } } }")]
    [InlineData("{ \"environments\": { \"a\": { }, // the first, with a comma\n } }")]
    [InlineData("{ \"environments\": { \"a\": { } /* no comma, really */ }, }")]
    [InlineData("{ \"environments\": { \"A\": { \"description\": \"}, // \\\" { \" }, \"b\": {}, /* x, */ \"c\": { } }, \"$schema\": \"s\" }")]
    public void An_environment_goes_in_is_replaced_and_goes_out_and_all_else_stays(string text)
    {
        Write(text);
        var before = Names();
        Writer.Set("New", Site("https://new.example.com"), replace: false);
        Assert.Equal([.. before, "New"], Names());
        Assert.Equal("EnvironmentExists", Assert.Throws<OperationException>(() => Writer.Set("NEW", [], replace: false)).Definition.Id);
        Writer.Set("new", Site("https://newer.example.com"), replace: true);
        Assert.Equal([.. before, "New"], Names());
        Assert.Equal("newer.example.com", Listing().Environments[^1].Site!.Url.Host);
        Writer.Remove("NEW");
        Assert.Equal(before, Names());
        foreach (var comment in new[] { "// nothing yet", "// the first, with a comma", "/* no comma, really */", "/* x, */", "\"$schema\"" }.Where(text.Contains))
        {
            Assert.Contains(comment, File.ReadAllText(Path), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public void Any_one_of_several_can_be_taken_out(string name)
    {
        Write("""
            { "environments": {
                "a": { }, // of a
                // before b
                "b": { "description": "x" }, /* of b */
                "c": { }
            } }
            """);
        Writer.Remove(name);
        Assert.Equal(new[] { "a", "b", "c" }.Where(other => other != name), Names());
    }

    [Fact]
    public void A_broken_file_is_not_written_over()
    {
        Write("{ \"environments\": { \"a\": ");
        Assert.Equal("EnvironmentFileInvalid", Assert.Throws<OperationException>(() => Writer.Set("b", [], replace: true)).Definition.Id);
        Assert.Equal("EnvironmentFileInvalid", Assert.Throws<OperationException>(() => Writer.Remove("a")).Definition.Id);
        Assert.Equal("{ \"environments\": { \"a\": ", File.ReadAllText(Path));
    }

    [Fact]
    public void A_broken_environment_can_be_taken_out_and_replaced()
    {
        Write("""{ "environments": { "bad": { "nonsense": 1 }, "good": { } } }""");
        Assert.True(Writer.Contains("BAD"));
        Writer.Set("bad", Site("https://a.example.com"), replace: true);
        Assert.Equal(["bad", "good"], Names());
        Writer.Remove("bad");
        Assert.Equal("EnvironmentNotFound", Assert.Throws<OperationException>(() => Writer.Remove("bad")).Definition.Id);
    }

    [Fact]
    public void A_secret_is_refused_before_anything_is_written()
    {
        var definition = new JsonObject { ["database"] = new JsonObject { ["password"] = "MARKED-s3cret", ["x"] = 1 } };
        var error = Assert.Throws<OperationException>(() => Writer.Check("a", definition));
        Assert.Equal("SecretInTheClear", error.Definition.Id);
        Assert.DoesNotContain("MARKED", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => Writer.Set($"e{number}", Site("https://a.example.com"), replace: false))));
        Assert.Equal(20, Names().Count);
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        var real = folder.File("real.json");
        File.WriteAllText(real, "{ }");
        File.CreateSymbolicLink(Path, real);
        Writer.Set("a", Site("https://a.example.com"), replace: false);
        Assert.NotNull(new FileInfo(Path).LinkTarget);
        Assert.Contains("a.example.com", File.ReadAllText(real), StringComparison.Ordinal);
    }

    private static JsonObject Site(string url) => new() { ["site"] = new JsonObject { ["url"] = url } };

    private void Write(string text) => File.WriteAllText(Path, text);

    private EnvironmentListing Listing() => new EnvironmentFile(Path, ThresholdSet.Names).Read();

    private List<string> Names()
    {
        var listing = Listing();
        Assert.Empty(listing.Complaints);
        return [.. listing.Environments.Select(environment => environment.Name)];
    }
}
