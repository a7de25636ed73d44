using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Compose;

namespace CivicQ.Ops.Core.Tests.Services.Compose;

public sealed class ComposeFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_labs_own_file_is_read()
    {
        var file = ComposeFile.Read([Path.Combine(DockerLab.Folder, "stack", "docker-compose.production.yml")]);

        Assert.Equal("civicq", file.Name);
        Assert.Equal(["backend", "celery-worker", "nginx", "postgres", "redis"], file.Services.Keys);
        Assert.All(file.Services.Values, service => Assert.Equal("lab/civicq:latest", service.Image));
        Assert.Equal(["postgres", "redis"], file.Services["backend"].DependsOn);
        Assert.Equal(["backend"], file.Services["nginx"].DependsOn);
        Assert.True(file.Services["postgres"].HasHealthCheck);
        Assert.False(file.Services["nginx"].HasHealthCheck);
    }

    [Fact]
    public void Anchors_merges_and_later_files_have_their_say()
    {
        var first = Write(
            "a.yml",
            """
            x-base: &base
              image: one:1
              deploy: {replicas: 2}
              healthcheck: {test: ["CMD", "true"]}
            x-more: &more {image: two:2, profiles: [debug]}
            services:
              a:
                <<: *base
              b:
                <<: [*more, *base]
                scale: 3
                build: .
              c:
                <<: *base
                image: own:1
                healthcheck: {disable: true}
            """);
        var second = Write("b.yml", "services:\n  a:\n    image: other:9\n    depends_on: [c]\n  d: {image: four}\n");

        var services = ComposeFile.Read([first, second]).Services;

        Assert.Equal(["a", "b", "c", "d"], services.Keys);
        Assert.Equal(("other:9", 2, true, false), (services["a"].Image!, services["a"].Replicas, services["a"].HasHealthCheck, services["a"].IsBuilt));
        Assert.Equal(["c"], services["a"].DependsOn);
        Assert.Equal(("two:2", 3, true, true), (services["b"].Image!, services["b"].Replicas, services["b"].HasHealthCheck, services["b"].IsBuilt));
        Assert.Equal(["debug"], services["b"].Profiles);
        Assert.Equal(("own:1", 2, false), (services["c"].Image!, services["c"].Replicas, services["c"].HasHealthCheck));
        Assert.Equal(("four", 1), (services["d"].Image!, services["d"].Replicas));
    }

    [Theory]
    [InlineData("$CQ_SET", "value")]
    [InlineData("${CQ_SET}-x", "value-x")]
    [InlineData("${CQ_UNSET}", "")]
    [InlineData("${CQ_UNSET:-default}", "default")]
    [InlineData("${CQ_EMPTY:-default}", "default")]
    [InlineData("${CQ_EMPTY-default}", "")]
    [InlineData("${CQ_UNSET-default}", "default")]
    [InlineData("${CQ_UNSET:-a${CQ_SET}b}", "avalueb")]
    [InlineData("${CQ_SET:+there}", "there")]
    [InlineData("${CQ_EMPTY:+there}", "")]
    [InlineData("${CQ_EMPTY+there}", "there")]
    [InlineData("${CQ_SET:?must}", "value")]
    [InlineData("$$HOME $${x}", "$HOME ${x}")]
    [InlineData("cost 5$", "cost 5$")]
    public void Variables_are_filled_in_as_Compose_does(string text, string expected) =>
        Assert.Equal(expected, new ComposeInterpolation(name => name switch { "CQ_SET" => "value", "CQ_EMPTY" => "", _ => null }).Fill(text, "here"));

    [Theory]
    [InlineData("${CQ_UNSET:?say why}", "ComposeVariableMissing", "say why")]
    [InlineData("${CQ_UNSET?}", "ComposeVariableMissing", "CQ_UNSET")]
    [InlineData("${open", "ComposeFileInvalid", "$$")]
    [InlineData("$-", "ComposeFileInvalid", "$$")]
    [InlineData("${}", "ComposeFileInvalid", "$$")]
    [InlineData("${A!b}", "ComposeFileInvalid", "$$")]
    public void What_cannot_be_filled_in_is_said(string text, string id, string words)
    {
        var error = Assert.Throws<OperationException>(() => new ComposeInterpolation(_ => null).Fill(text, "file, line 3"));

        Assert.Equal(id, error.Definition.Id);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("file, line 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_variables_is_beside_the_file_or_named()
    {
        var file = Write("c.yml", "services: {a: {image: \"x:${CQ_TAG:-none}\"}}");
        Assert.Equal("x:none", ComposeFile.Read([file]).Services["a"].Image);
        Write(".env", "# a comment\nexport CQ_TAG=\"1.2\"\n");
        Assert.Equal("x:1.2", ComposeFile.Read([file]).Services["a"].Image);
        Assert.Equal("x:3", ComposeFile.Read([file], Write("other.env", "CQ_TAG=3 # three")).Services["a"].Image);
        Assert.Equal(ComposeErrors.FileNotFound, Assert.Throws<OperationException>(() => ComposeFile.Read([file], folder.File("none.env"))).Definition);
    }

    [Theory]
    [InlineData("services:\n  a:\n    image: x\n   build: .\n", 4)]
    [InlineData("services:\n  a:\n    image: [x\n  b: {image: y}\n", 3)]
    [InlineData("services:\n  a: text\n", 2)]
    [InlineData("services:\n  a:\n    scale: many\n", 3)]
    [InlineData("services:\n  a:\n    image: [x]\n", 3)]
    [InlineData("- a\n- b\n", 1)]
    public void A_broken_file_names_its_line(string content, int line)
    {
        var error = Assert.Throws<OperationException>(() => ComposeFile.Read([Write("broken.yml", content)]));

        Assert.Equal(ComposeErrors.FileInvalid, error.Definition);
        Assert.Contains(FormattableString.Invariant($"broken.yml, line {line}"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_absent_or_empty_is_said()
    {
        Assert.Equal(ComposeErrors.FileNotFound, Assert.Throws<OperationException>(() => ComposeFile.Read([folder.File("none.yml")])).Definition);
        Assert.Equal(ComposeErrors.FileInvalid, Assert.Throws<OperationException>(() => ComposeFile.Read([Write("empty.yml", "")])).Definition);
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(folder.File(name), content);
        return folder.File(name);
    }
}
