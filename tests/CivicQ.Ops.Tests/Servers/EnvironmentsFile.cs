using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Servers;

/// <summary>An environments.json of one test's own, in force until it is disposed of. For tests of the lab's collection alone: the variable is the process's.</summary>
internal sealed class EnvironmentsFile : IDisposable
{
    private const string Variable = "CIVICQ_CONFIG";
    private readonly string? before = Environment.GetEnvironmentVariable(Variable);
    private readonly string path = Path.Combine(Suite.Folder, $"environments-{Guid.NewGuid():N}.json");

    public EnvironmentsFile(params (string Name, JsonObject Environment)[] environments)
    {
        var all = new JsonObject();
        foreach (var (name, environment) in environments)
        {
            all[name] = environment;
        }

        File.WriteAllText(path, new JsonObject { ["environments"] = all }.ToJsonString());
        Environment.SetEnvironmentVariable(Variable, path);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, before);
        File.Delete(path);
    }
}
