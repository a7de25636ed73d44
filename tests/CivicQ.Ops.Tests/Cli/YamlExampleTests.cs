using CivicQ.Host.Cli;
using CivicQ.Host.Parsing;
using YamlDotNet.RepresentationModel;

namespace CivicQ.Ops.Tests.Cli;

/// <summary>The examples that are YAML.</summary>
public sealed class YamlExampleTests
{
    [Fact]
    public void The_cron_jobs_command_is_one_that_civicq_takes()
    {
        var job = Read("kubernetes/daily-check-cronjob.yaml");
        Assert.Equal(("batch/v1", "CronJob"), (Text(job["apiVersion"]), Text(job["kind"])));
        Assert.Equal(5, Text(job["spec"]["schedule"]).Split(' ').Length);
        var container = Assert.Single((YamlSequenceNode)job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]);
        var words = ((YamlSequenceNode)container["command"]).Select(Text).ToArray();
        Assert.Equal("/opt/civicq/civicq", words[0]);
        var options = HostOptions.Read(words[1..]);
        Assert.Null(options.Problem);
        var command = Assert.Single(ArgvParser.Parse(options.Words).Commands);
        using var session = Suite.Open();
        var known = session.Commands.Find(command.Name);
        Assert.NotNull(known);
        Assert.All(command.Elements.OfType<ParameterElement>(), parameter => Assert.NotNull(known.Type.GetProperty(parameter.Name)));
        Assert.All((YamlSequenceNode)container["env"], variable => Assert.Matches("^[A-Z_]+$", Text(variable["name"])));
    }

    [Fact]
    public void The_Systems_Manager_document_has_the_schema_of_a_command()
    {
        var document = Read("aws-ssm/civicq-daily-check.yaml");
        Assert.Equal("2.2", Text(document["schemaVersion"]));
        var step = Assert.Single((YamlSequenceNode)document["mainSteps"]);
        Assert.Equal("aws:runShellScript", Text(step["action"]));
        var lines = ((YamlSequenceNode)step["inputs"]["runCommand"]).Select(Text).ToArray();
        foreach (var parameter in ((YamlMappingNode)document["parameters"]).Children.Keys.Select(Text))
        {
            Assert.Contains($"{{{{ {parameter} }}}}", lines[^1], StringComparison.Ordinal);
        }
    }

    private static YamlNode Read(string path)
    {
        using var reader = File.OpenText(Path.Combine(Suite.Root, "examples", path));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return Assert.Single(yaml.Documents).RootNode;
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
